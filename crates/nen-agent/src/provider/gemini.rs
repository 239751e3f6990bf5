//! Gemini's `generateContent`.

use http::HeaderName;
use nen_protocol::Size;
use serde_json::{Value, json};

use super::http::Dialect;
use super::{Reply, Request, Sight, Stop, Usage, tokens};
use crate::conversation::{Image, Message, Part, ToolCall, ToolResult};

/// The dialect.
#[derive(Debug)]
pub(crate) struct Gemini;

impl Dialect for Gemini {
    const NAME: &'static str = "Gemini";
    const KEY: (HeaderName, &'static str) = (HeaderName::from_static("x-goog-api-key"), "");

    fn path(model: &str) -> String {
        format!("/v1beta/models/{model}:generateContent")
    }

    fn sight(_: &str) -> Sight {
        Sight {
            long_side: 3072,
            short_side: 3072,
            pixels: 3072 * 3072,
            // Gemini's models were trained to point on this grid, whatever the image's size.
            grid: Some(Size {
                width: 1000,
                height: 1000,
            }),
        }
    }

    fn body(request: &Request<'_>) -> Value {
        let nested = takes_images_in_results(request.model);
        let contents: Vec<Value> = request
            .conversation
            .messages
            .iter()
            .map(|message| match message {
                Message::User(parts) => {
                    json!({"role": "user", "parts": parts.iter().map(part).collect::<Vec<_>>()})
                }
                Message::Model(raw) => raw.clone(),
                Message::Results(results) => {
                    json!({"role": "user", "parts": answers(results, nested)})
                }
            })
            .collect();
        let functions: Vec<Value> = request
            .tools
            .iter()
            .map(|tool| {
                json!({
                    "name": tool.name,
                    "description": tool.description,
                    "parametersJsonSchema": tool.parameters,
                })
            })
            .collect();
        let mut body = json!({
            "systemInstruction": {"parts": [{"text": request.conversation.system}]},
            "contents": contents,
            "tools": [{"functionDeclarations": functions}],
            "generationConfig": {"maxOutputTokens": request.max_output},
        });
        if let Some(name) = request.force {
            body["toolConfig"] = json!({
                "functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": [name]},
            });
        }
        body
    }

    fn reply(body: &Value) -> Result<Reply, String> {
        let usage = &body["usageMetadata"];
        let cached = tokens(usage, "/cachedContentTokenCount");
        let usage = Usage {
            input: tokens(usage, "/promptTokenCount").saturating_sub(cached),
            cached_input: cached,
            cache_write: 0,
            output: tokens(usage, "/candidatesTokenCount") + tokens(usage, "/thoughtsTokenCount"),
        };
        let mut reply = Reply {
            text: String::new(),
            calls: Vec::new(),
            stop: Stop::Done,
            raw: Value::Null,
            usage,
        };
        let Some(candidate) = body.pointer("/candidates/0") else {
            let blocked = body
                .pointer("/promptFeedback/blockReason")
                .and_then(Value::as_str)
                .ok_or("it has no candidates")?;
            reply.stop = Stop::Refused(format!("the request was blocked: {blocked}"));
            return Ok(reply);
        };
        let parts = candidate
            .pointer("/content/parts")
            .and_then(Value::as_array)
            .filter(|parts| !parts.is_empty());
        let mut text = Vec::new();
        for part in parts.into_iter().flatten() {
            if let Some(call) = part.get("functionCall") {
                reply.calls.push(ToolCall {
                    id: call["id"].as_str().unwrap_or_default().to_owned(),
                    tool: call["name"].as_str().unwrap_or_default().to_owned(),
                    // A call without arguments has none on the wire.
                    input: Ok(call["args"].as_object().cloned().unwrap_or_default()),
                });
            } else if part["thought"] != true {
                text.extend(part["text"].as_str());
            }
        }
        reply.text = text.concat();
        if let Some(parts) = parts {
            reply.raw = json!({"role": "model", "parts": parts});
        }
        reply.stop = match candidate["finishReason"].as_str() {
            None | Some("STOP" | "FINISH_REASON_UNSPECIFIED") => Stop::Done,
            Some("MAX_TOKENS") => Stop::CutOff,
            Some(why @ ("MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL")) => {
                // What it holds is not a call, and is not taken back.
                reply.raw = Value::Null;
                reply.calls.clear();
                Stop::Unreadable(format!("the call could not be read ({why})"))
            }
            Some(why) => Stop::Refused(format!("it stopped because of {why}")),
        };
        Ok(reply)
    }
}

/// Whether a function's response may hold images. Before Gemini 3 they stand beside it.
fn takes_images_in_results(model: &str) -> bool {
    !["gemini-1", "gemini-2"]
        .iter()
        .any(|old| model.starts_with(old))
}

fn part(part: &Part) -> Value {
    match part {
        Part::Text(text) => json!({"text": text}),
        Part::Image(image) => inline(image),
    }
}

fn inline(image: &Image) -> Value {
    json!({"inlineData": {"mimeType": image.media_type, "data": &*image.data}})
}

fn answers(results: &[ToolResult], nested: bool) -> Vec<Value> {
    let mut parts = Vec::new();
    let mut beside = Vec::new();
    for result in results {
        let key = if result.failed { "error" } else { "output" };
        let mut response = json!({"name": result.tool, "response": {key: result.text()}});
        if !result.id.is_empty() {
            response["id"] = Value::String(result.id.clone());
        }
        let images: Vec<Value> = result.images().map(inline).collect();
        if nested && !images.is_empty() {
            response["parts"] = Value::Array(images);
        } else {
            beside.extend(images);
        }
        parts.push(json!({"functionResponse": response}));
    }
    parts.append(&mut beside);
    parts
}
