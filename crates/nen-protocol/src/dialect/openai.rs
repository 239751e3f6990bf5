//! OpenAI's Responses API with its own computer tool. Wire facts: the types of OpenAI's own client for Python.

use serde_json::{Value, json};

use super::asked::{Answered, Asked, Wants};
use super::function::{action_of_text, reply, text};
use super::openai_actions;
use super::openai_functions::function_tool;
use super::{Setup, Wire};
use crate::Invalid;
use crate::scale::Sight;

pub(super) struct Openai {
    /// `computer_use_preview` rather than `computer`.
    pub preview: bool,
}

impl Wire for Openai {
    /// `detail: "original"` is seen up to ten megapixels; what the older tool is shown is shrunk beyond this.
    fn sight(&self) -> Sight {
        match self.preview {
            true => Sight {
                long_side: 2048,
                short_side: 768,
                pixels: 2048 * 768,
                grid: None,
            },
            false => Sight {
                long_side: 2560,
                short_side: 2560,
                pixels: 4_096_000,
                grid: None,
            },
        }
    }

    fn tools(&self, setup: &Setup) -> Result<Vec<Value>, Invalid> {
        let mut tools = Vec::new();
        if setup.has_computer() {
            let display = setup.display();
            tools.push(match self.preview {
                true => json!({
                    "type": "computer_use_preview",
                    "display_width": display.width,
                    "display_height": display.height,
                    "environment": "linux",
                }),
                false => json!({"type": "computer"}),
            });
        }
        for name in setup.other_tools() {
            tools.push(function_tool(name, setup)?);
        }
        Ok(tools)
    }

    fn read(&self, item: &Value) -> Result<Option<Asked>, Invalid> {
        match text(item, "/type")? {
            "computer_call" => computer_call(item).map(Some),
            "function_call" => function_call(item).map(Some),
            _ => Ok(None),
        }
    }

    /// A screenshot cannot say that something went wrong, so that follows in words.
    fn write(&self, answered: &[Answered]) -> Vec<Value> {
        let mut items = Vec::with_capacity(answered.len());
        let mut wrong = Vec::new();
        for one in answered {
            if !one.reply.contains_key("computer") {
                items.push(function_output(one));
                continue;
            }
            let url = one.image.as_ref().map(super::asked::Image::url);
            let mut output = json!({
                "type": "computer_call_output",
                "call_id": one.reply.get("call_id"),
                "output": {"type": "computer_screenshot", "image_url": url},
            });
            if !self.preview {
                output["output"]["detail"] = json!("original");
            }
            if let Some(checks) = one.reply.get("acknowledged_safety_checks") {
                output["acknowledged_safety_checks"] = checks.clone();
            }
            items.push(output);
            if one.failed {
                wrong.push(one.text.as_str());
            }
        }
        if !wrong.is_empty() {
            items.push(json!({
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": wrong.join("\n")}],
            }));
        }
        items
    }
}

/// A call of the computer tool. Safety checks are the caller's to acknowledge: `acknowledged_safety_checks`, put beside
/// them in the call, is passed on as it is.
fn computer_call(item: &Value) -> Result<Asked, Invalid> {
    text(item, "/call_id")?;
    let acknowledged = &item["acknowledged_safety_checks"];
    let pending = item["pending_safety_checks"].as_array();
    let is_acknowledged = |check: &&Value| {
        let acknowledged = acknowledged.as_array().into_iter().flatten();
        acknowledged
            .into_iter()
            .any(|done| done["id"] == check["id"])
    };
    let unacknowledged: Vec<&Value> = pending
        .into_iter()
        .flatten()
        .filter(|check| !is_acknowledged(check))
        .collect();
    if !unacknowledged.is_empty() {
        let named: Vec<&str> = unacknowledged
            .iter()
            .filter_map(|check| check["code"].as_str().or(check["id"].as_str()))
            .collect();
        return Err(Invalid(format!(
            "the call has pending safety checks ({}): show them to a person, and post it again with acknowledged_safety_checks beside them in the call",
            named.join(", ")
        )));
    }
    let actions = match (&item["actions"], &item["action"]) {
        (Value::Array(actions), _) => actions.as_slice(),
        (_, action @ Value::Object(_)) => std::slice::from_ref(action),
        _ => return Err(Invalid::new("a computer_call needs actions, or action")),
    };
    let mut understood = Ok(Vec::new());
    for action in actions {
        understood = understood.and_then(|mut before| {
            before.extend(openai_actions::read(action)?);
            Ok(before)
        });
    }
    Ok(Asked {
        reply: reply([
            ("computer", &json!(true)),
            ("call_id", &item["call_id"]),
            ("acknowledged_safety_checks", acknowledged),
        ]),
        actions: understood,
        image: Wants::Always,
    })
}

/// A call of a function.
pub(super) fn function_call(item: &Value) -> Result<Asked, Invalid> {
    text(item, "/call_id")?;
    let call = action_of_text(text(item, "/name")?, text(item, "/arguments")?);
    Ok(Asked {
        reply: reply([("call_id", &item["call_id"])]),
        actions: call.map(|call| vec![call]),
        image: Wants::Newest,
    })
}

/// What a function gave: words, or words and an image.
pub(super) fn function_output(answered: &Answered) -> Value {
    let output = match &answered.image {
        None => json!(answered.text),
        Some(image) => json!([
            {"type": "input_text", "text": answered.text},
            {"type": "input_image", "image_url": image.url()},
        ]),
    };
    json!({
        "type": "function_call_output",
        "call_id": answered.reply.get("call_id"),
        "output": output,
    })
}
