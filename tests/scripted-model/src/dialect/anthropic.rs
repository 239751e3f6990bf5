use std::collections::HashSet;

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::{Answering, Understood, blocks, check_forced, check_tool, list, only, text};
use crate::cache::Block;
use crate::computer::{self, Computer};
use crate::images;
use crate::script::Step;

const MAX_MARKS: usize = 4;

/// What `anthropic-version` may be; newer clients send the second.
const VERSIONS: [&str; 2] = ["2023-06-01", "2026-10-21"];

pub(crate) fn understand(headers: &HeaderMap, body: &Value) -> Result<Understood, String> {
    if headers
        .get("anthropic-version")
        .is_none_or(|version| !VERSIONS.iter().any(|known| version == known))
    {
        return Err("anthropic-version: header is required".to_owned());
    }
    only(
        body,
        "body",
        &[
            "model",
            "max_tokens",
            "system",
            "tools",
            "tool_choice",
            "messages",
            "metadata",
            "service_tier",
            "stop_sequences",
            "stream",
            "temperature",
            "thinking",
            "top_k",
            "top_p",
        ],
    )?;
    super::whole(body)?;
    let mut found = Understood {
        model: text(body, "/model")?.to_owned(),
        ..Understood::default()
    };
    found.subject.one_call = body["tool_choice"]["disable_parallel_tool_use"] == true;
    if body["max_tokens"].as_u64().is_none_or(|tokens| tokens == 0) {
        return Err("max_tokens: field required".to_owned());
    }
    let mut names = HashSet::new();
    for tool in body["tools"].as_array().into_iter().flatten() {
        found.blocks.push(block(tool)?);
        if let Some(declared) = computer::anthropic::declared(tool, headers)? {
            found.computer.declare(declared)?;
            continue;
        }
        only(
            tool,
            "tools",
            &[
                "type",
                "name",
                "description",
                "input_schema",
                "cache_control",
            ],
        )?;
        check_tool(text(tool, "/name")?, &tool["input_schema"])?;
        names.insert(text(tool, "/name")?.to_owned());
    }
    if found.computer != Computer::Function && !names.insert(computer::TOOL.to_owned()) {
        return Err("tools: tool names must be unique, computer is there twice".to_owned());
    }
    check_forced(
        body.pointer("/tool_choice/name").and_then(Value::as_str),
        &names,
    )?;
    if !body["system"].is_null() {
        for part in blocks(&body["system"], "text")? {
            text(&part, "/text")?;
            found.blocks.push(block(&part)?);
        }
    }
    let messages = list(body, "/messages")?;
    let mut owed: Vec<Owed> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let role = if at % 2 == 0 { "user" } else { "assistant" };
        if message["role"] != role {
            return Err(format!(
                "messages.{at}: roles must alternate, expected {role}"
            ));
        }
        let content = &blocks(&message["content"], "text")?;
        if role == "user" {
            let said = user(content, &mut owed, &mut found)?;
            found.subject.says(said);
        } else {
            found.subject.turns += 1;
            assistant(content, &found.computer, &mut owed)?;
        }
        for part in content {
            found.blocks.push(block(part)?);
        }
    }
    if messages.len() % 2 == 0 {
        return Err("messages: the last message must be the user's".to_owned());
    }
    let marks = found.blocks.iter().filter(|block| block.marked).count();
    if marks > MAX_MARKS {
        return Err(format!(
            "a maximum of {MAX_MARKS} blocks with cache_control may be provided, found {marks}"
        ));
    }
    Ok(found)
}

/// A call whose result has to follow.
struct Owed {
    id: String,
    /// Whether it is one of the provider's own computer tool.
    computer: bool,
    /// Whether an image is what it asks for.
    looks: bool,
}

fn user(content: &[Value], owed: &mut Vec<Owed>, found: &mut Understood) -> Result<String, String> {
    let mut said = Vec::new();
    let mut beyond_results = false;
    for part in content {
        match part["type"].as_str() {
            Some("tool_result") => {
                if beyond_results {
                    return Err("tool_result blocks must come first".to_owned());
                }
                only(
                    part,
                    "tool_result",
                    &[
                        "type",
                        "tool_use_id",
                        "content",
                        "is_error",
                        "toolset_name",
                        "cache_control",
                    ],
                )?;
                let id = text(part, "/tool_use_id")?;
                let at = owed.iter().position(|owed| owed.id == id);
                let call = owed.remove(
                    at.ok_or_else(|| format!("unexpected tool_use_id {id} in tool_result"))?,
                );
                let set = part["toolset_name"].as_str();
                if set.is_some() && !(call.computer && set == Some(computer::TOOL)) {
                    return Err(format!(
                        "tool_result.toolset_name {set:?} is not that of {id}"
                    ));
                }
                let before = found.images;
                let content = blocks(&part["content"], "text")?;
                for inner in &content {
                    if part["is_error"] == true && inner["type"] != "text" {
                        return Err("all content must be type text if is_error is true".to_owned());
                    }
                    said.extend(piece(inner, found)?);
                }
                if call.looks && part["is_error"] != true && found.images == before {
                    return Err(format!(
                        "the tool_result of {id} has to hold the image it asked for"
                    ));
                }
            }
            _ => {
                beyond_results = true;
                said.extend(piece(part, found)?);
            }
        }
    }
    match owed.first() {
        Some(call) => Err(format!(
            "tool_use ids were found without tool_result blocks immediately after: {}",
            call.id
        )),
        None => Ok(said.join("\n")),
    }
}

fn piece(part: &Value, found: &mut Understood) -> Result<Option<String>, String> {
    match part["type"].as_str() {
        Some("text") => {
            only(part, "text", &["type", "text", "cache_control"])?;
            text(part, "/text").map(|text| Some(text.to_owned()))
        }
        Some("image") => {
            if part.pointer("/source/type") != Some(&json!("base64")) {
                return Err("image.source.type must be base64".to_owned());
            }
            found.sees(images::check(
                text(part, "/source/media_type")?,
                text(part, "/source/data")?,
            )?);
            Ok(None)
        }
        other => Err(format!("a user's block cannot be of type {other:?}")),
    }
}

fn assistant(content: &[Value], computer: &Computer, owed: &mut Vec<Owed>) -> Result<(), String> {
    for part in content {
        match part["type"].as_str() {
            Some("text") => drop(text(part, "/text")?),
            // Only what was signed by the model is taken back.
            Some("thinking") => {
                if text(part, "/signature")? != SIGNATURE {
                    return Err("invalid signature in thinking block".to_owned());
                }
            }
            Some("tool_use") => {
                if !part["input"].is_object() {
                    return Err("tool_use.input: input should be a valid dictionary".to_owned());
                }
                text(part, "/name")?;
                let tool = match computer {
                    Computer::Anthropic(tool) if tool.owns(part)? => Some(tool),
                    _ => None,
                };
                owed.push(Owed {
                    id: text(part, "/id")?.to_owned(),
                    computer: tool.is_some(),
                    looks: tool.is_some_and(|tool| tool.looks(part)),
                });
            }
            other => return Err(format!("an assistant's block cannot be of type {other:?}")),
        }
    }
    Ok(())
}

/// A block as the cache sees it: without its mark.
fn block(part: &Value) -> Result<Block, String> {
    let mut content = part.clone();
    let mark = content
        .as_object_mut()
        .and_then(|fields| fields.remove("cache_control"));
    if mark
        .as_ref()
        .is_some_and(|mark| mark["type"] != "ephemeral")
    {
        return Err("cache_control.type must be ephemeral".to_owned());
    }
    Ok(Block {
        content,
        marked: mark.is_some(),
    })
}

/// What signs the model's thoughts.
const SIGNATURE: &str = "c2lnbmVkIGJ5IHRoZSBzY3JpcHQ=";

pub(crate) fn answer(step: &Step, answering: Answering<'_>) -> Result<Value, String> {
    let Answering {
        found,
        number,
        read,
        output,
    } = answering;
    let mut content = vec![json!({"type": "thinking", "thinking": "", "signature": SIGNATURE})];
    if let Some(text) = &step.text {
        content.push(json!({"type": "text", "text": text}));
    }
    for (at, call) in step.calls.iter().enumerate() {
        let mut block = match &found.computer {
            Computer::Anthropic(tool) if call.tool == computer::TOOL => tool.call(&call.input)?,
            _ => json!({"type": "tool_use", "name": call.tool, "input": call.input}),
        };
        block["id"] = json!(format!("toolu_{number}_{at}"));
        content.push(block);
    }
    let usual = if step.calls.is_empty() {
        "end_turn"
    } else {
        "tool_use"
    };
    Ok(json!({
        "id": format!("msg_{number}"), "type": "message", "role": "assistant", "model": found.model,
        "content": content,
        "stop_reason": step.stop.as_deref().unwrap_or(usual), "stop_sequence": null,
        "usage": {
            "input_tokens": read.fresh, "cache_read_input_tokens": read.cached,
            "cache_creation_input_tokens": read.written, "output_tokens": output,
        },
    }))
}
