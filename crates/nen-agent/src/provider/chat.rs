//! OpenAI's chat completions, as any compatible server speaks them.

use http::HeaderName;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use super::http::Dialect;
use super::{Reply, Request, Sight, Stop, Usage, arguments, tokens};
use crate::conversation::{Message, Part, ToolCall, ToolResult};

/// The dialect.
#[derive(Debug)]
pub(crate) struct Chat;

impl Dialect for Chat {
    const NAME: &'static str = "the model server";
    const KEY: (HeaderName, &'static str) = (AUTHORIZATION, "Bearer ");

    fn path(_: &str) -> String {
        "/chat/completions".to_owned()
    }

    fn sight(_: &str) -> Sight {
        // What such a server's model takes is not known; this is what most take.
        Sight {
            long_side: 1568,
            short_side: 1568,
            pixels: 1_600_000,
            grid: None,
        }
    }

    fn body(request: &Request<'_>) -> Value {
        let mut messages = vec![json!({"role": "system", "content": request.conversation.system})];
        for message in &request.conversation.messages {
            match message {
                Message::User(parts) => messages.push(user(parts.iter())),
                Message::Model(raw) => messages.push(raw.clone()),
                Message::Results(results) => {
                    messages.extend(results.iter().map(result));
                    messages.extend(seen(results));
                }
            }
        }
        let tools: Vec<Value> = request
            .tools
            .iter()
            .map(|tool| json!({"type": "function", "function": tool}))
            .collect();
        let mut body = json!({"model": request.model, "messages": messages, "tools": tools});
        if let Some(name) = request.force {
            body["tool_choice"] = json!({"type": "function", "function": {"name": name}});
        }
        body
    }

    fn reply(body: &Value) -> Result<Reply, String> {
        let choice = body.pointer("/choices/0").ok_or("it has no choices")?;
        let message = choice.get("message").ok_or("its choice has no message")?;
        let text = message["content"].as_str().unwrap_or_default();
        let mut calls = Vec::new();
        let mut kept = message["tool_calls"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for call in &mut kept {
            let input = arguments(
                call.pointer("/function/arguments")
                    .map_or("", |arguments| arguments.as_str().unwrap_or_default()),
            );
            if input.is_err() {
                // Servers parse what they are sent back, and fail on what their model garbled.
                call["function"]["arguments"] = Value::String("{}".to_owned());
            }
            calls.push(ToolCall {
                id: call["id"].as_str().unwrap_or_default().to_owned(),
                tool: call
                    .pointer("/function/name")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                input,
            });
        }
        let stop = match (
            choice["finish_reason"].as_str(),
            message["refusal"].as_str(),
        ) {
            (Some("length"), _) => Stop::CutOff,
            (Some("content_filter"), _) => Stop::Refused("its content filter stepped in".into()),
            (_, Some(reason)) => Stop::Refused(reason.to_owned()),
            _ => Stop::Done,
        };
        let raw = match (text.is_empty(), kept.is_empty()) {
            (true, true) => Value::Null,
            (_, true) => json!({"role": "assistant", "content": text}),
            (true, false) => json!({"role": "assistant", "content": null, "tool_calls": kept}),
            (false, false) => json!({"role": "assistant", "content": text, "tool_calls": kept}),
        };
        let usage = &body["usage"];
        let cached = tokens(usage, "/prompt_tokens_details/cached_tokens");
        Ok(Reply {
            text: text.to_owned(),
            calls,
            stop,
            raw,
            usage: Usage {
                input: tokens(usage, "/prompt_tokens").saturating_sub(cached),
                cached_input: cached,
                cache_write: 0,
                output: tokens(usage, "/completion_tokens"),
            },
        })
    }
}

fn user<'a>(parts: impl Iterator<Item = &'a Part>) -> Value {
    let content: Vec<Value> = parts
        .map(|part| match part {
            Part::Text(text) => json!({"type": "text", "text": text}),
            Part::Image(image) => json!({"type": "image_url", "image_url": {"url": image.url()}}),
        })
        .collect();
    json!({"role": "user", "content": content})
}

fn result(result: &ToolResult) -> Value {
    let text = result.text();
    let text = match (result.failed, text.as_str()) {
        (true, why) => format!("Error: {why}"),
        (false, "") => "Done".to_owned(),
        (false, text) => text.to_owned(),
    };
    json!({"role": "tool", "tool_call_id": result.id, "content": text})
}

/// The pictures of all results: a tool message carries text only, so they follow in one of the user's.
fn seen(results: &[ToolResult]) -> Option<Value> {
    let images: Vec<Part> = results
        .iter()
        .flat_map(ToolResult::images)
        .cloned()
        .map(Part::Image)
        .collect();
    let caption = Part::Text("The screen after that:".to_owned());
    (!images.is_empty()).then(|| user([&caption].into_iter().chain(&images)))
}
