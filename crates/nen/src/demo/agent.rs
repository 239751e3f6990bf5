//! The agent loop: show the screen, ask the model, do what it says, show the screen again.

use std::time::{Duration, Instant};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{
    desktop::Desktop,
    model::{Model, ToolCall, ToolResult},
    report::Report,
};
use crate::client::ClientError;

/// Turns after which a model that has not finished has failed.
const MAX_TURNS: usize = 60;

/// Lets the model work until it uses no more tools, and gives its last words.
pub fn run(
    model: &mut dyn Model,
    task: &str,
    desktop: &mut Desktop,
    report: &mut Report<'_>,
) -> anyhow::Result<String> {
    let first = desktop.screenshot()?;
    model.begin(task, &STANDARD.encode(first));
    for _ in 0..MAX_TURNS {
        let turn = model.next()?;
        if turn.calls.is_empty() {
            return Ok(turn.text);
        }
        let mut results = Vec::new();
        let mut failed = false;
        for call in turn.calls {
            results.push(if failed {
                ToolResult {
                    id: call.id,
                    text: "Not executed: an earlier computer action in this turn failed.".into(),
                    failed: true,
                    image: None,
                }
            } else {
                execute(&call, desktop, report)?
            });
            failed = results.last().is_some_and(|r| r.failed);
        }
        model.add_results(results);
    }
    anyhow::bail!("{} had not finished after {MAX_TURNS} turns", model.name())
}

/// Executes one call. What the desktop refuses goes back to the model; only a broken desktop ends the loop.
fn execute(
    call: &ToolCall,
    desktop: &mut Desktop,
    report: &mut Report<'_>,
) -> anyhow::Result<ToolResult> {
    let begin = Instant::now();
    let body = match body_of(call) {
        Ok(body) => body,
        Err(why) => return Ok(refused(call, why)),
    };
    let action = body["action"]["action"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let reply = desktop
        .client()
        .post(&desktop.path("/execute"), Some(&body));
    let time = begin.elapsed();
    let reply = match reply {
        Ok(reply) => reply,
        Err(ClientError::Api { status, message }) if status < 500 => {
            return Ok(refused(call, message));
        }
        Err(error) => return Err(error).context(format!("`{action}` failed")),
    };
    desktop.actions.add(time);
    note(&action, time, &reply, report)?;
    Ok(ToolResult {
        id: call.id.clone(),
        text: reply["output"].as_str().unwrap_or_default().to_owned(),
        image: reply["base64_image"].as_str().map(str::to_owned),
        failed: false,
    })
}

/// A model's flat arguments as the API wants them: `action` moves up, the rest are its parameters.
fn body_of(call: &ToolCall) -> Result<Value, String> {
    let input = call
        .input
        .as_object()
        .ok_or("the arguments are not a JSON object")?;
    let action = input
        .get("action")
        .and_then(Value::as_str)
        .ok_or("`action` is missing")?;
    let params: Map<String, Value> = input
        .iter()
        .filter(|(key, _)| *key != "action")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Ok(json!({"action": {"tool": call.tool, "action": action, "params": params}}))
}

fn refused(call: &ToolCall, text: String) -> ToolResult {
    ToolResult {
        id: call.id.clone(),
        text,
        failed: true,
        image: None,
    }
}

fn note(
    action: &str,
    time: Duration,
    reply: &Value,
    report: &mut Report<'_>,
) -> anyhow::Result<()> {
    // Where it was, but not what was typed: the title is also a file's name.
    let title = match reply["coordinate"].as_array().map(Vec::as_slice) {
        Some([x, y]) => format!("{action} at {x} {y}"),
        _ => action.to_owned(),
    };
    match Desktop::image_of(reply)? {
        Some(image) => report.step_with(&title, time, &image),
        None => report.step(&title, Instant::now() - time),
    }
}

#[cfg(test)]
mod tests;
