use std::collections::HashSet;

use serde_json::{Value, json};

use super::responses::arguments;
use super::{Answering, Understood, blocks, check_forced, check_tool, list, only, text, whole};
use crate::cache::Block;
use crate::images;
use crate::script::Step;

pub(crate) fn understand(body: &Value) -> Result<Understood, String> {
    only(
        body,
        "body",
        &[
            "model",
            "messages",
            "tools",
            "tool_choice",
            "max_tokens",
            "max_completion_tokens",
            "n",
            "parallel_tool_calls",
            "reasoning_effort",
            "stop",
            "stream",
            "temperature",
            "top_p",
        ],
    )?;
    whole(body)?;
    let mut found = Understood {
        model: text(body, "/model")?.to_owned(),
        ..Understood::default()
    };
    found.subject.one_call = body["parallel_tool_calls"] == false;
    let plain = |content: &Value| Block {
        content: content.clone(),
        marked: false,
    };
    let mut names = HashSet::new();
    for tool in body["tools"].as_array().into_iter().flatten() {
        let name = text(tool, "/function/name")?;
        only(
            &tool["function"],
            "function",
            &["name", "description", "parameters", "strict"],
        )?;
        check_tool(name, &tool["function"]["parameters"])?;
        names.insert(name.to_owned());
        found.blocks.push(plain(tool));
    }
    check_forced(
        body.pointer("/tool_choice/function/name")
            .and_then(Value::as_str),
        &names,
    )?;
    let mut owed: Vec<String> = Vec::new();
    let mut last = "";
    for (at, message) in list(body, "/messages")?.iter().enumerate() {
        found.blocks.push(plain(message));
        let role = text(message, "/role")?;
        if role != "tool" && !owed.is_empty() {
            return Err(format!(
                "messages.{at}: an assistant message with tool_calls must be followed by tool messages for {owed:?}"
            ));
        }
        match role {
            "system" if at == 0 => drop(blocks(&message["content"], "text")?),
            "user" if last != "user" => {
                let said = user(&message["content"], &mut found)?;
                match last {
                    // Images of results stand here, since they cannot stand there.
                    "tool" => found.subject.adds(&said),
                    _ => found.subject.says(said),
                }
            }
            "assistant" if last == "user" || last == "tool" => {
                found.subject.turns += 1;
                let calls = message["tool_calls"].as_array();
                if calls.is_none() {
                    text(message, "/content")?;
                }
                for call in calls.into_iter().flatten() {
                    let arguments = text(call, "/function/arguments")?;
                    serde_json::from_str::<Value>(arguments).map_err(|error| {
                        format!("messages.{at}: arguments are not JSON: {error}")
                    })?;
                    owed.push(text(call, "/id")?.to_owned());
                }
            }
            "tool" if last == "assistant" || last == "tool" => {
                let id = text(message, "/tool_call_id")?;
                let place = owed.iter().position(|owed| owed == id);
                owed.remove(place.ok_or_else(|| format!("messages.{at}: no tool call {id}"))?);
                // An image cannot stand here.
                let said = text(message, "/content")?;
                match last {
                    "tool" => found.subject.adds(said),
                    _ => found.subject.says(said.to_owned()),
                }
            }
            other => {
                return Err(format!(
                    "messages.{at}: role {other} cannot follow {last:?}"
                ));
            }
        }
        last = role;
    }
    match last {
        "user" | "tool" if owed.is_empty() => Ok(found),
        _ => Err("the last message must be the user's or a tool's".to_owned()),
    }
}

fn user(content: &Value, found: &mut Understood) -> Result<String, String> {
    let mut said = Vec::new();
    for part in &blocks(content, "text")? {
        match part["type"].as_str() {
            Some("text") => said.push(text(part, "/text")?.to_owned()),
            Some("image_url") => {
                found.sees(images::check_url(text(part, "/image_url/url")?)?);
            }
            other => return Err(format!("content cannot be of type {other:?}")),
        }
    }
    Ok(said.join("\n"))
}

pub(crate) fn answer(step: &Step, answering: Answering<'_>) -> Value {
    let Answering {
        found,
        number,
        read,
        output,
    } = answering;
    let calls: Vec<Value> = step
        .calls
        .iter()
        .enumerate()
        .map(|(at, call)| {
            json!({
                "id": format!("call_{number}_{at}"), "type": "function",
                "function": {"name": call.tool, "arguments": arguments(&call.input)},
            })
        })
        .collect();
    let usual = if calls.is_empty() {
        "stop"
    } else {
        "tool_calls"
    };
    let mut message = json!({"role": "assistant", "content": step.text, "refusal": null});
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    json!({
        "id": format!("chatcmpl-{number}"), "object": "chat.completion", "created": 0, "model": found.model,
        "choices": [{
            "index": 0, "message": message,
            "finish_reason": step.stop.as_deref().unwrap_or(usual),
        }],
        "usage": {
            "prompt_tokens": read.total(), "prompt_tokens_details": {"cached_tokens": read.cached},
            "completion_tokens": output, "total_tokens": read.total() + output,
        },
    })
}
