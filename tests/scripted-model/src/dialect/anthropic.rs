use std::collections::HashSet;

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::{Understood, check_forced, check_tool, list, only, text};
use crate::cache::{Block, Read};
use crate::images;
use crate::script::Step;

const MAX_MARKS: usize = 4;

pub(crate) fn understand(headers: &HeaderMap, body: &Value) -> Result<Understood, String> {
    if headers
        .get("anthropic-version")
        .is_none_or(|v| v != "2023-06-01")
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
        ],
    )?;
    let mut found = Understood {
        model: text(body, "/model")?.to_owned(),
        ..Understood::default()
    };
    if body["max_tokens"].as_u64().is_none_or(|tokens| tokens == 0) {
        return Err("max_tokens: field required".to_owned());
    }
    let mut names = HashSet::new();
    for tool in body["tools"].as_array().into_iter().flatten() {
        only(
            tool,
            "tools",
            &["name", "description", "input_schema", "cache_control"],
        )?;
        check_tool(text(tool, "/name")?, &tool["input_schema"])?;
        names.insert(text(tool, "/name")?.to_owned());
        found.blocks.push(block(tool)?);
    }
    check_forced(
        body.pointer("/tool_choice/name").and_then(Value::as_str),
        &names,
    )?;
    for part in body["system"].as_array().into_iter().flatten() {
        text(part, "/text")?;
        found.blocks.push(block(part)?);
    }
    let messages = list(body, "/messages")?;
    let mut owed: Vec<String> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let role = if at % 2 == 0 { "user" } else { "assistant" };
        if message["role"] != role {
            return Err(format!(
                "messages.{at}: roles must alternate, expected {role}"
            ));
        }
        let content = list(message, "/content")?;
        let said = match role {
            "user" => user(content, &mut owed, &mut found)?,
            _ => {
                found.subject.turns += 1;
                assistant(content, &names, &mut owed)?
            }
        };
        if role == "user" {
            if at == 0 {
                found.subject.first.clone_from(&said);
            }
            found.subject.newest = said;
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

fn user(
    content: &[Value],
    owed: &mut Vec<String>,
    found: &mut Understood,
) -> Result<String, String> {
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
                        "cache_control",
                    ],
                )?;
                let id = text(part, "/tool_use_id")?;
                let at = owed.iter().position(|owed| owed == id);
                owed.remove(
                    at.ok_or_else(|| format!("unexpected tool_use_id {id} in tool_result"))?,
                );
                for inner in list(part, "/content")? {
                    if part["is_error"] == true && inner["type"] != "text" {
                        return Err("all content must be type text if is_error is true".to_owned());
                    }
                    said.extend(piece(inner, found)?);
                }
            }
            _ => {
                beyond_results = true;
                said.extend(piece(part, found)?);
            }
        }
    }
    match owed.first() {
        Some(id) => Err(format!(
            "tool_use ids were found without tool_result blocks immediately after: {id}"
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
            found.images += 1;
            images::check(
                text(part, "/source/media_type")?,
                text(part, "/source/data")?,
            )?;
            Ok(None)
        }
        other => Err(format!("a user's block cannot be of type {other:?}")),
    }
}

fn assistant(
    content: &[Value],
    names: &HashSet<String>,
    owed: &mut Vec<String>,
) -> Result<String, String> {
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
                let _known = names.contains(text(part, "/name")?);
                owed.push(text(part, "/id")?.to_owned());
            }
            other => return Err(format!("an assistant's block cannot be of type {other:?}")),
        }
    }
    Ok(String::new())
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

pub(crate) fn answer(step: &Step, model: &str, number: u64, read: Read, output: u64) -> Value {
    let mut content = vec![json!({"type": "thinking", "thinking": "", "signature": SIGNATURE})];
    if let Some(text) = &step.text {
        content.push(json!({"type": "text", "text": text}));
    }
    for (at, call) in step.calls.iter().enumerate() {
        content.push(json!({
            "type": "tool_use",
            "id": format!("toolu_{number}_{at}"),
            "name": call.tool,
            "input": call.input,
        }));
    }
    let usual = if step.calls.is_empty() {
        "end_turn"
    } else {
        "tool_use"
    };
    json!({
        "id": format!("msg_{number}"), "type": "message", "role": "assistant", "model": model,
        "content": content,
        "stop_reason": step.stop.as_deref().unwrap_or(usual), "stop_sequence": null,
        "usage": {
            "input_tokens": read.fresh, "cache_read_input_tokens": read.cached,
            "cache_creation_input_tokens": read.written, "output_tokens": output,
        },
    })
}
