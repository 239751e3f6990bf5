use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Answering, Understood, blocks, check_forced, check_tool, list, only, text, whole};
use crate::cache::Block;
use crate::computer::{self, Computer};
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
            "metadata",
            "parallel_tool_calls",
            "reasoning",
            "stream",
            "temperature",
            "top_p",
            "truncation",
        ],
    )?;
    whole(body)?;
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
        found.blocks.push(plain(tool));
        if let Some(declared) = computer::openai::declared(tool, body)? {
            found.computer.declare(declared)?;
            continue;
        }
        only(
            tool,
            "tools",
            &["type", "name", "description", "parameters", "strict"],
        )?;
        check_tool(text(tool, "/name")?, &tool["parameters"])?;
        names.insert(text(tool, "/name")?.to_owned());
    }
    // The older tool is called once in an answer.
    found.subject.one_call = body["parallel_tool_calls"] == false
        || found.computer == Computer::Openai(computer::openai::Tool::Preview);
    check_forced(
        body.pointer("/tool_choice/name").and_then(Value::as_str),
        &names,
    )?;
    found.blocks.push(plain(&body["instructions"]));
    let mut owed: Vec<Owed> = Vec::new();
    let mut in_turn = false;
    let input = match &body["input"] {
        Value::String(said) => vec![json!({"role": "user", "content": said})],
        _ => list(body, "/input")?.to_vec(),
    };
    for item in &input {
        found.blocks.push(plain(item));
        let from_model = match item["type"].as_str() {
            Some("function_call") => {
                text(item, "/name")?;
                owed.push(Owed::by(item)?);
                true
            }
            Some("computer_call") => {
                native(&found)?.check(item)?;
                owed.push(Owed::by(item)?);
                true
            }
            Some("reasoning") => {
                if !text(item, "/encrypted_content")?.starts_with(THOUGHTS) {
                    return Err("the encrypted content could not be verified".to_owned());
                }
                true
            }
            Some("function_call_output") => {
                Owed::pay(&mut owed, item, "function_call")?;
                let said = content(&item["output"], &mut found)?;
                hear(&mut found, in_turn, said);
                false
            }
            Some("computer_call_output") => {
                only(
                    item,
                    "computer_call_output",
                    &[
                        "type",
                        "id",
                        "call_id",
                        "output",
                        "acknowledged_safety_checks",
                        "status",
                    ],
                )?;
                Owed::pay(&mut owed, item, "computer_call")?;
                let url = native(&found)?.output(item)?;
                found.sees(images::check_url(url)?);
                hear(&mut found, in_turn, String::new());
                false
            }
            None | Some("message") => match item["role"].as_str() {
                Some("user") => {
                    Owed::nothing(&owed)?;
                    let said = content(&item["content"], &mut found)?;
                    hear(&mut found, in_turn, said);
                    false
                }
                Some("assistant") => {
                    let parts = blocks(&item["content"], "output_text")?;
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
    Owed::nothing(&owed).map(|()| found)
}

/// A call whose output has to follow.
struct Owed {
    kind: String,
    id: String,
    /// Ids of safety checks that have to be acknowledged.
    checks: Vec<String>,
}

impl Owed {
    fn by(item: &Value) -> Result<Self, String> {
        Ok(Self {
            kind: text(item, "/type")?.to_owned(),
            id: text(item, "/call_id")?.to_owned(),
            checks: ids(&item["pending_safety_checks"]),
        })
    }

    /// Takes an output for what is owed.
    fn pay(owed: &mut Vec<Self>, output: &Value, kind: &str) -> Result<(), String> {
        let id = text(output, "/call_id")?;
        let at = owed
            .iter()
            .position(|call| call.id == id && call.kind == kind);
        let call =
            owed.remove(at.ok_or_else(|| {
                format!("no tool call found for {kind} output with call_id {id}")
            })?);
        let acknowledged = ids(&output["acknowledged_safety_checks"]);
        match call
            .checks
            .iter()
            .find(|check| !acknowledged.contains(check))
        {
            Some(check) => Err(format!("the safety check {check} was not acknowledged")),
            None => Ok(()),
        }
    }

    fn nothing(owed: &[Self]) -> Result<(), String> {
        match owed.first() {
            Some(call) => Err(format!(
                "no tool output found for {} {}",
                call.kind, call.id
            )),
            None => Ok(()),
        }
    }
}

fn ids(checks: &Value) -> Vec<String> {
    let checks = checks.as_array().into_iter().flatten();
    let ids = checks.filter_map(|check| check["id"].as_str());
    ids.map(str::to_owned).collect()
}

fn native(found: &Understood) -> Result<computer::openai::Tool, String> {
    match found.computer {
        Computer::Openai(tool) => Ok(tool),
        _ => Err("there are computer calls, and no computer tool".to_owned()),
    }
}

/// Notes what the model is told: all of it since its last answer is the newest.
fn hear(found: &mut Understood, after_answer: bool, said: String) {
    if after_answer || found.subject.turns == 0 {
        found.subject.says(said);
    } else {
        found.subject.adds(&said);
    }
}

fn content(parts: &Value, found: &mut Understood) -> Result<String, String> {
    let mut said = Vec::new();
    for part in &blocks(parts, "input_text")? {
        match part["type"].as_str() {
            Some("input_text") => said.push(text(part, "/text")?.to_owned()),
            Some("input_image") => {
                let detail = part["detail"].as_str();
                if !matches!(detail, None | Some("low" | "high" | "auto" | "original")) {
                    return Err(format!("input_image.detail cannot be {detail:?}"));
                }
                found.sees(images::check_url(text(part, "/image_url")?)?);
            }
            other => return Err(format!("content cannot be of type {other:?}")),
        }
    }
    Ok(said.join("\n"))
}

pub(crate) fn answer(step: &Step, answering: Answering<'_>) -> Result<Value, String> {
    let Answering {
        found,
        number,
        read,
        output,
    } = answering;
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
    for (at, mut item) in calls(step, &found.computer)?.into_iter().enumerate() {
        item["id"] = json!(format!("item_{number}_{at}"));
        item["call_id"] = json!(format!("call_{number}_{at}"));
        item["status"] = json!("completed");
        items.push(item);
    }
    let mut body = json!({
        "id": format!("resp_{number}"), "object": "response", "model": found.model, "status": "completed",
        "created_at": 0, "tools": [], "tool_choice": "auto", "parallel_tool_calls": !found.subject.one_call,
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
    Ok(body)
}

/// The step's calls as items without ids: those of the computer that follow one another stand together.
fn calls(step: &Step, computer: &Computer) -> Result<Vec<Value>, String> {
    let mut items = Vec::new();
    for together in step.calls.chunk_by(|a, b| a.tool == b.tool) {
        match (computer, together) {
            (Computer::Openai(tool), [first, ..]) if first.tool == computer::TOOL => {
                let inputs: Vec<&Value> = together.iter().map(|call| &call.input).collect();
                for mut item in tool.calls(&inputs)? {
                    item["type"] = json!("computer_call");
                    item["pending_safety_checks"] = json!([]);
                    items.push(item);
                }
            }
            _ => items.extend(together.iter().map(|call| {
                json!({"type": "function_call", "name": call.tool, "arguments": arguments(&call.input)})
            })),
        }
    }
    Ok(items)
}

/// Arguments as text; a text goes out as it is, so that a script can send nonsense.
pub(crate) fn arguments(input: &Value) -> String {
    match input {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
