//! OpenAI's computer tools of the Responses API: `computer` with several actions in a call, and `computer_use_preview`
//! with one. Wire facts: the types of OpenAI's own client for Python.

use serde_json::{Value, json};

use super::Computer;
use super::neutral::Neutral;
use crate::dialect::{only, text};

/// Pixels of one click of the wheel.
const TICK: i64 = 100;

/// What a request declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Computer,
    Preview,
}

/// What an entry of `tools` declares; none when it is a function.
pub(crate) fn declared(tool: &Value, body: &Value) -> Result<Option<Computer>, String> {
    let declared = match tool["type"].as_str() {
        Some("computer") => {
            only(tool, "tools", &["type"])?;
            Tool::Computer
        }
        Some("computer_use_preview") => {
            only(
                tool,
                "tools",
                &["type", "display_width", "display_height", "environment"],
            )?;
            for side in ["display_width", "display_height"] {
                if tool[side].as_u64().is_none_or(|pixels| pixels == 0) {
                    return Err(format!("tools.{side} must be an integer above 0"));
                }
            }
            let place = text(tool, "/environment")?;
            if !["windows", "mac", "linux", "ubuntu", "browser"].contains(&place) {
                return Err(format!("tools.environment cannot be {place:?}"));
            }
            if body["truncation"] != "auto" {
                return Err("computer_use_preview needs truncation set to auto".to_owned());
            }
            Tool::Preview
        }
        Some("function") => return Ok(None),
        other => return Err(format!("tools.type cannot be {other:?}")),
    };
    Ok(Some(Computer::Openai(declared)))
}

impl Tool {
    /// A `computer_call` of the caller's history: it must be what was sent.
    pub(crate) fn check(self, item: &Value) -> Result<(), String> {
        let whole = match self {
            Self::Computer => item["actions"]
                .as_array()
                .is_some_and(|actions| !actions.is_empty()),
            Self::Preview => item["action"].is_object(),
        };
        match whole && item["pending_safety_checks"].is_array() {
            true => Ok(()),
            false => Err("a computer_call has to come back as it was sent".to_owned()),
        }
    }

    /// What the model is shown of a call.
    pub(crate) fn output(self, item: &Value) -> Result<&str, String> {
        let output = &item["output"];
        let known: &[&str] = match self {
            Self::Computer => &["type", "image_url", "detail"],
            Self::Preview => &["type", "image_url"],
        };
        only(output, "computer_call_output.output", known)?;
        if output["type"] != "computer_screenshot" {
            return Err("computer_call_output.output.type must be computer_screenshot".to_owned());
        }
        let detail = output["detail"].as_str();
        if !matches!(detail, None | Some("low" | "high" | "auto" | "original")) {
            return Err(format!(
                "computer_call_output.output.detail cannot be {detail:?}"
            ));
        }
        text(output, "/image_url")
    }

    /// Script's calls that follow one another, as `computer_call` items without their ids.
    pub(crate) fn calls(self, inputs: &[&Value]) -> Result<Vec<Value>, String> {
        let mut actions = Vec::new();
        for input in inputs {
            actions.extend(actions_of(&Neutral::read(input)?)?);
        }
        Ok(match self {
            Self::Computer => vec![json!({"actions": actions})],
            Self::Preview => actions
                .iter()
                .map(|action| json!({"action": action}))
                .collect(),
        })
    }
}

fn actions_of(call: &Neutral<'_>) -> Result<Vec<Value>, String> {
    let mouse = |kind: &str, more: Value| -> Result<Vec<Value>, String> {
        let (x, y) = call.point("coordinate")?;
        let mut action = json!({"type": kind, "x": x, "y": y});
        if let (Some(action), Value::Object(more)) = (action.as_object_mut(), more) {
            action.extend(more);
        }
        Ok(vec![with_held(action, call)])
    };
    match call.action {
        "screenshot" => Ok(vec![json!({"type": "screenshot"})]),
        "wait" => Ok(vec![json!({"type": "wait"})]),
        "type" => Ok(vec![json!({"type": "type", "text": call.text()?})]),
        "key" => Ok(call.chords()?.iter().map(|keys| keypress(keys)).collect()),
        "left_click" => mouse("click", json!({"button": "left"})),
        "right_click" => mouse("click", json!({"button": "right"})),
        "middle_click" => mouse("click", json!({"button": "wheel"})),
        "double_click" => mouse("double_click", json!({})),
        "mouse_move" => mouse("move", json!({})),
        "scroll" => {
            let (direction, amount) = call.scroll();
            let (x, y) = match direction {
                "up" => (0, -amount),
                "left" => (-amount, 0),
                "right" => (amount, 0),
                _ => (0, amount),
            };
            mouse(
                "scroll",
                json!({"scroll_x": x * TICK, "scroll_y": y * TICK}),
            )
        }
        "left_click_drag" => {
            let path = call.path()?;
            let path: Vec<Value> = path.iter().map(|(x, y)| json!({"x": x, "y": y})).collect();
            Ok(vec![with_held(json!({"type": "drag", "path": path}), call)])
        }
        _ => call.unknown("OpenAI's computer"),
    }
}

fn with_held(mut action: Value, call: &Neutral<'_>) -> Value {
    let held = call.held();
    if !held.is_empty() {
        action["keys"] = json!(names(&held));
    }
    action
}

fn keypress(keys: &[&str]) -> Value {
    json!({"type": "keypress", "keys": names(keys)})
}

/// Keys as OpenAI's models write them.
fn names(keys: &[&str]) -> Vec<String> {
    keys.iter()
        .map(|key| match *key {
            "Return" => "ENTER".to_owned(),
            key => key.to_uppercase(),
        })
        .collect()
}
