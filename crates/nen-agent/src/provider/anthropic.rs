//! Anthropic's Messages API.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::http::Dialect;
use super::{Reply, Request, Sight, Stop, Usage, tokens};
use crate::conversation::{Image, Message, Part, ToolCall, ToolResult};

/// Models from Opus 4.7 on take larger images as they are.
const LARGE: &[&str] = &[
    "claude-opus-4-7",
    "claude-opus-4-8",
    "claude-opus-5",
    "claude-sonnet-5",
    "claude-fable-5",
    "claude-mythos-5",
];

/// The dialect.
#[derive(Debug)]
pub(crate) struct Anthropic;

impl Dialect for Anthropic {
    const NAME: &'static str = "Anthropic";
    const KEY: (HeaderName, &'static str) = (HeaderName::from_static("x-api-key"), "");

    fn headers() -> HeaderMap {
        HeaderMap::from_iter([(
            HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static("2023-06-01"),
        )])
    }

    fn path(_: &str) -> String {
        "/v1/messages".to_owned()
    }

    fn sight(model: &str) -> Sight {
        let large = LARGE.iter().any(|prefix| model.starts_with(prefix));
        let (long_side, pixels) = if large {
            (2576, 3_750_000)
        } else {
            (1568, 1_150_000)
        };
        Sight {
            long_side,
            short_side: long_side,
            pixels,
            grid: None,
        }
    }

    fn body(request: &Request<'_>) -> Value {
        let conversation = request.conversation;
        let mut messages: Vec<Value> = conversation.messages.iter().map(message).collect();
        // Two markers: one on what will never change again, which is still in the cache after the next
        // pruning, and one on the newest message, which the next call reads up to. A single question
        // has no next call, and what is written into the cache costs more than what is read.
        let newest = messages
            .len()
            .checked_sub(1)
            .filter(|_| request.force.is_none());
        for at in [conversation.stable, newest].into_iter().flatten() {
            mark(messages.get_mut(at));
        }
        let tools: Vec<Value> = request
            .tools
            .iter()
            .map(|tool| {
                json!({
                    "name": tool.name,
                    "description": tool.description,
                    "input_schema": tool.parameters,
                })
            })
            .collect();
        let mut body = json!({
            "model": request.model,
            "max_tokens": request.max_output,
            // The marker covers the tools as well, which come before it.
            "system": [{
                "type": "text",
                "text": conversation.system,
                "cache_control": {"type": "ephemeral"},
            }],
            "tools": tools,
            "messages": messages,
        });
        if let Some(name) = request.force {
            body["tool_choice"] = json!({"type": "tool", "name": name});
        }
        body
    }

    fn reply(body: &Value) -> Result<Reply, String> {
        let content = body["content"].as_array().ok_or("it has no content")?;
        let mut text = Vec::new();
        let mut calls = Vec::new();
        let mut kept = Vec::new();
        for block in content {
            match block["type"].as_str() {
                Some("text") => {
                    let said = block["text"].as_str().unwrap_or_default();
                    // An empty text is not taken back.
                    if said.is_empty() {
                        continue;
                    }
                    text.push(said);
                }
                Some("tool_use") => calls.push(ToolCall {
                    id: block["id"].as_str().unwrap_or_default().to_owned(),
                    tool: block["name"].as_str().unwrap_or_default().to_owned(),
                    input: block["input"]
                        .as_object()
                        .cloned()
                        .ok_or_else(|| "the input must be a JSON object".to_owned()),
                }),
                _ => {}
            }
            kept.push(block.clone());
        }
        let stop = match body["stop_reason"].as_str() {
            Some("max_tokens" | "model_context_window_exceeded") => Stop::CutOff,
            Some("refusal") => Stop::Refused(text.concat()),
            _ => Stop::Done,
        };
        let usage = &body["usage"];
        Ok(Reply {
            text: text.join("\n"),
            calls,
            stop,
            raw: if kept.is_empty() {
                Value::Null
            } else {
                Value::Array(kept)
            },
            usage: Usage {
                input: tokens(usage, "/input_tokens"),
                cached_input: tokens(usage, "/cache_read_input_tokens"),
                cache_write: tokens(usage, "/cache_creation_input_tokens"),
                output: tokens(usage, "/output_tokens"),
            },
        })
    }
}

fn message(message: &Message) -> Value {
    match message {
        Message::User(parts) => {
            json!({"role": "user", "content": parts.iter().map(part).collect::<Vec<_>>()})
        }
        Message::Model(raw) => json!({"role": "assistant", "content": raw}),
        Message::Results(results) => {
            let mut content: Vec<Value> = results.iter().map(result).collect();
            // A result that is an error takes text only, so its picture stands after all results.
            let failed = results.iter().filter(|result| result.failed);
            content.extend(failed.flat_map(ToolResult::images).map(image));
            json!({"role": "user", "content": content})
        }
    }
}

fn part(part: &Part) -> Value {
    match part {
        Part::Text(text) => json!({"type": "text", "text": text}),
        Part::Image(picture) => image(picture),
    }
}

fn image(image: &Image) -> Value {
    json!({
        "type": "image",
        "source": {"type": "base64", "media_type": image.media_type, "data": &*image.data},
    })
}

fn result(result: &ToolResult) -> Value {
    let content: Vec<Value> = result
        .content
        .iter()
        .filter(|part| !result.failed || matches!(part, Part::Text(_)))
        .map(part)
        .collect();
    let mut value = json!({
        "type": "tool_result",
        "tool_use_id": result.id,
        "content": content,
    });
    if result.failed {
        value["is_error"] = Value::Bool(true);
    }
    value
}

fn mark(message: Option<&mut Value>) {
    let last = message
        .and_then(|message| message["content"].as_array_mut())
        .and_then(|content| content.last_mut());
    if let Some(block) = last {
        block["cache_control"] = json!({"type": "ephemeral"});
    }
}
