//! OpenAI's Responses API.

use http::HeaderName;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use super::http::Dialect;
use super::{Reply, Request, Sight, Stop, Usage, arguments, tokens};
use crate::conversation::{Message, Part, ToolCall, ToolResult};

/// The dialect.
#[derive(Debug)]
pub(crate) struct Responses;

impl Dialect for Responses {
    const NAME: &'static str = "OpenAI";
    const KEY: (HeaderName, &'static str) = (AUTHORIZATION, "Bearer ");

    fn path(_: &str) -> String {
        "/responses".to_owned()
    }

    fn sight(model: &str) -> Sight {
        if sees_originals(model) {
            return Sight {
                long_side: 2560,
                short_side: 2560,
                pixels: 4_096_000,
                grid: None,
            };
        }
        // What is larger is shrunk before the model sees it, and its coordinates are those of the
        // shrunken image.
        Sight {
            long_side: 2048,
            short_side: 768,
            pixels: 2048 * 768,
            grid: None,
        }
    }

    fn body(request: &Request<'_>) -> Value {
        let detail = if sees_originals(request.model) {
            "original"
        } else {
            "high"
        };
        let mut input = Vec::new();
        for message in &request.conversation.messages {
            match message {
                Message::User(parts) => {
                    input.push(json!({"role": "user", "content": content(parts, detail)}));
                }
                Message::Model(raw) => input.extend(raw.as_array().cloned().unwrap_or_default()),
                Message::Results(results) => {
                    input.extend(results.iter().map(|result| output(result, detail)));
                }
            }
        }
        let tools: Vec<Value> = request
            .tools
            .iter()
            .map(|tool| {
                json!({
                    "type": "function",
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                    // Strict schemas have no optional parameters, and ours are nothing else.
                    "strict": false,
                })
            })
            .collect();
        let mut body = json!({
            "model": request.model,
            "instructions": request.conversation.system,
            "input": input,
            "tools": tools,
            "max_output_tokens": request.max_output,
            "store": false,
        });
        if reasons(request.model) {
            // Without it a model that is not stored loses its thoughts between two calls.
            body["include"] = json!(["reasoning.encrypted_content"]);
        }
        if let Some(name) = request.force {
            body["tool_choice"] = json!({"type": "function", "name": name});
        }
        body
    }

    fn reply(body: &Value) -> Result<Reply, String> {
        if let Some(message) = body.pointer("/error/message").and_then(Value::as_str) {
            return Err(format!("the response failed: {message}"));
        }
        let items = body["output"].as_array().ok_or("it has no output")?;
        let mut text = Vec::new();
        let mut refusal = None;
        let mut calls = Vec::new();
        for item in items {
            match item["type"].as_str() {
                Some("message") => {
                    for part in item["content"].as_array().into_iter().flatten() {
                        text.extend(part["text"].as_str());
                        refusal = refusal.or(part["refusal"].as_str());
                    }
                }
                Some("function_call") => calls.push(ToolCall {
                    id: item["call_id"].as_str().unwrap_or_default().to_owned(),
                    tool: item["name"].as_str().unwrap_or_default().to_owned(),
                    input: arguments(item["arguments"].as_str().unwrap_or_default()),
                }),
                _ => {}
            }
        }
        let incomplete = body.pointer("/incomplete_details/reason");
        let stop = match (incomplete.and_then(Value::as_str), refusal) {
            (Some("content_filter"), _) => Stop::Refused("its content filter stepped in".into()),
            (Some(_), _) => Stop::CutOff,
            (None, Some(reason)) => Stop::Refused(reason.to_owned()),
            (None, None) => Stop::Done,
        };
        let usage = &body["usage"];
        let cached = tokens(usage, "/input_tokens_details/cached_tokens");
        Ok(Reply {
            text: text.join("\n"),
            calls,
            stop,
            raw: if items.is_empty() {
                Value::Null
            } else {
                Value::Array(items.clone())
            },
            usage: Usage {
                input: tokens(usage, "/input_tokens").saturating_sub(cached),
                cached_input: cached,
                cache_write: 0,
                output: tokens(usage, "/output_tokens"),
            },
        })
    }
}

/// Major and minor version of a `gpt-` model.
fn version(model: &str) -> Option<(u32, u32)> {
    let rest = model.strip_prefix("gpt-")?;
    let number = rest.split('-').next()?;
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    Some((major.parse().ok()?, minor.parse().unwrap_or(0)))
}

/// Whether the model takes images in their own size.
fn sees_originals(model: &str) -> bool {
    version(model).is_some_and(|version| version >= (5, 4))
}

/// Whether the model thinks before it answers; the others refuse to be asked for their thoughts.
fn reasons(model: &str) -> bool {
    let thinks = version(model).is_some_and(|(major, _)| major >= 5) && !model.contains("-chat");
    thinks || model.starts_with('o')
}

fn content(parts: &[Part], detail: &str) -> Vec<Value> {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => json!({"type": "input_text", "text": text}),
            Part::Image(image) => {
                json!({"type": "input_image", "image_url": image.url(), "detail": detail})
            }
        })
        .collect()
}

fn output(result: &ToolResult, detail: &str) -> Value {
    json!({
        "type": "function_call_output",
        "call_id": result.id,
        "output": content(&result.content, detail),
    })
}
