use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Understood, check_forced, check_tool, list, only, text};
use crate::cache::{Block, Read};
use crate::images;
use crate::script::Step;

/// What the model's encrypted thoughts begin with.
const THOUGHTS: &str = "gAAAAscripted";

pub(crate) fn understand(body: &Value) -> Result<Understood, String> {
    only(
        body,
        "body",
        &[
            "model",
            "instructions",
            "input",
            "tools",
            "tool_choice",
            "max_output_tokens",
            "store",
            "include",
        ],
    )?;
    let mut found = Understood {
        model: text(body, "/model")?.to_owned(),
        ..Understood::default()
    };
    let plain = |content: &Value| Block {
        content: content.clone(),
        marked: false,
    };
    let mut names = HashSet::new();
    for tool in body["tools"].as_array().into_iter().flatten() {
        only(
            tool,
            "tools",
            &["type", "name", "description", "parameters", "strict"],
        )?;
        if tool["type"] != "function" {
            return Err("tools.type must be function".to_owned());
        }
        check_tool(text(tool, "/name")?, &tool["parameters"])?;
        names.insert(text(tool, "/name")?.to_owned());
        found.blocks.push(plain(tool));
    }
    check_forced(
        body.pointer("/tool_choice/name").and_then(Value::as_str),
        &names,
    )?;
    found.blocks.push(plain(&body["instructions"]));
    let mut owed: Vec<String> = Vec::new();
    let mut in_turn = false;
    for item in list(body, "/input")? {
        found.blocks.push(plain(item));
        let from_model = match item["type"].as_str() {
            Some("function_call") => {
                text(item, "/name")?;
                owed.push(text(item, "/call_id")?.to_owned());
                true
            }
            Some("reasoning") => {
                if !text(item, "/encrypted_content")?.starts_with(THOUGHTS) {
                    return Err("the encrypted content could not be verified".to_owned());
                }
                true
            }
            Some("function_call_output") => {
                let id = text(item, "/call_id")?;
                let at = owed.iter().position(|owed| owed == id);
                owed.remove(at.ok_or_else(|| {
                    format!("no tool call found for function call output with call_id {id}")
                })?);
                found.subject.newest = content(&item["output"], &mut found)?;
                false
            }
            None | Some("message") => match item["role"].as_str() {
                Some("user") => {
                    if let Some(id) = owed.first() {
                        return Err(format!("no tool output found for function call {id}"));
                    }
                    let said = content(&item["content"], &mut found)?;
                    if found.subject.first.is_empty() {
                        found.subject.first.clone_from(&said);
                    }
                    found.subject.newest = said;
                    false
                }
                Some("assistant") => {
                    let parts = list(item, "/content")?;
                    if parts.iter().any(|part| part["type"] != "output_text") {
                        return Err("an assistant's content must be output_text".to_owned());
                    }
                    true
                }
                other => return Err(format!("unknown role {other:?}")),
            },
            other => return Err(format!("unknown input item {other:?}")),
        };
        if from_model && !in_turn {
            found.subject.turns += 1;
        }
        in_turn = from_model;
    }
    match owed.first() {
        Some(id) => Err(format!("no tool output found for function call {id}")),
        None => Ok(found),
    }
}

fn content(parts: &Value, found: &mut Understood) -> Result<String, String> {
    let mut said = Vec::new();
    for part in list(parts, "")? {
        match part["type"].as_str() {
            Some("input_text") => said.push(text(part, "/text")?.to_owned()),
            Some("input_image") => {
                let detail = part["detail"].as_str();
                if !matches!(detail, None | Some("low" | "high" | "auto" | "original")) {
                    return Err(format!("input_image.detail cannot be {detail:?}"));
                }
                found.images += 1;
                images::check_url(text(part, "/image_url")?)?;
            }
            other => return Err(format!("content cannot be of type {other:?}")),
        }
    }
    Ok(said.join("\n"))
}

pub(crate) fn answer(step: &Step, model: &str, number: u64, read: Read, output: u64) -> Value {
    let mut items = vec![json!({
        "type": "reasoning", "id": format!("rs_{number}"), "summary": [],
        "encrypted_content": format!("{THOUGHTS}{number}"),
    })];
    if let Some(text) = &step.text {
        items.push(json!({
            "type": "message", "id": format!("msg_{number}"), "role": "assistant", "status": "completed",
            "content": [{"type": "output_text", "text": text, "annotations": []}],
        }));
    }
    for (at, call) in step.calls.iter().enumerate() {
        items.push(json!({
            "type": "function_call", "id": format!("fc_{number}_{at}"), "status": "completed",
            "call_id": format!("call_{number}_{at}"), "name": call.tool,
            "arguments": arguments(&call.input),
        }));
    }
    let mut body = json!({
        "id": format!("resp_{number}"), "object": "response", "model": model, "status": "completed",
        "error": null, "incomplete_details": null, "output": items,
        "usage": {
            "input_tokens": read.total(), "input_tokens_details": {"cached_tokens": read.cached},
            "output_tokens": output, "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": read.total() + output,
        },
    });
    if let Some(reason) = &step.stop {
        body["status"] = json!("incomplete");
        body["incomplete_details"] = json!({"reason": reason});
    }
    body
}

/// Arguments as text; a text goes out as it is, so that a script can send nonsense.
pub(crate) fn arguments(input: &Value) -> String {
    match input {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
