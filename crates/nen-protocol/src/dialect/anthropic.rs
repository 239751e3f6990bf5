//! Anthropic's Messages API with `computer` as one tool. Wire facts: the types of Anthropic's own client for Python.

use serde_json::{Value, json};

use super::asked::{Answered, Asked, Wants};
use super::function::{self, computer, reply, text};
use super::{Setup, Wire};
use crate::Invalid;
use crate::scale::Sight;

/// Versions of the tool, newest first.
pub(super) const VERSIONS: &[&str] = &[
    "computer_20251124",
    "computer_20250124",
    "computer_20241022",
];

/// What its oldest models see; newer ones see more, and one tool serves both.
pub(super) const SIGHT: Sight = Sight {
    long_side: 1568,
    short_side: 1568,
    pixels: 1_150_000,
    grid: None,
};

pub(super) struct Anthropic {
    pub version: &'static str,
}

impl Wire for Anthropic {
    fn sight(&self) -> Sight {
        SIGHT
    }

    fn tools(&self, setup: &Setup) -> Result<Vec<Value>, Invalid> {
        let mut tools = Vec::new();
        if setup.has_computer() {
            let display = setup.display();
            let mut tool = json!({
                "type": self.version,
                "name": "computer",
                "display_width_px": display.width,
                "display_height_px": display.height,
            });
            if self.version == "computer_20251124" {
                tool["enable_zoom"] = json!(true);
            }
            tools.push(tool);
        }
        tools.extend(custom_tools(setup)?);
        Ok(tools)
    }

    fn read(&self, item: &Value) -> Result<Option<Asked>, Invalid> {
        let Some(name) = tool_use(item)? else {
            return Ok(None);
        };
        let actions = function::action(name, &item["input"]).map(|call| {
            let from_here = call
                .params
                .get("start_coordinate")
                .is_none_or(Value::is_null)
                && call.params.get("path").is_none();
            match (name, call.action.as_str()) {
                // The first version drags from wherever the pointer is.
                ("computer", "left_click_drag") if from_here => {
                    let to = call.params.get("coordinate").cloned().unwrap_or_default();
                    vec![
                        computer("left_mouse_down", Value::Null),
                        computer("mouse_move", json!({"coordinate": to})),
                        computer("left_mouse_up", Value::Null),
                    ]
                }
                _ => vec![call],
            }
        });
        Ok(Some(Asked {
            reply: reply([("tool_use_id", &item["id"])]),
            actions,
            image: Wants::Newest,
        }))
    }

    fn write(&self, answered: &[Answered]) -> Vec<Value> {
        answered.iter().map(result).collect()
    }
}

/// The desktop's other tools, by their schemas.
pub(super) fn custom_tools(setup: &Setup) -> Result<Vec<Value>, Invalid> {
    let tools = setup.other_tools();
    tools
        .map(|name| {
            let schema = function::schema(name, setup.display())?;
            Ok(json!({
                "name": schema.name,
                "description": schema.description,
                "input_schema": schema.parameters,
            }))
        })
        .collect()
}

/// The name of the tool that a block calls; none when it calls nothing.
pub(super) fn tool_use(item: &Value) -> Result<Option<&str>, Invalid> {
    if text(item, "/type")? != "tool_use" {
        return Ok(None);
    }
    text(item, "/id")?;
    text(item, "/name").map(Some)
}

/// A `tool_result`. One that is an error may hold text only.
pub(super) fn result(answered: &Answered) -> Value {
    let mut result = json!({
        "type": "tool_result",
        "tool_use_id": answered.reply.get("tool_use_id"),
        "content": [{"type": "text", "text": answered.text}],
    });
    if answered.failed {
        result["is_error"] = json!(true);
    } else if let (Some(image), Value::Array(content)) = (&answered.image, &mut result["content"]) {
        content.push(json!({
            "type": "image",
            "source": {"type": "base64", "media_type": image.media_type, "data": image.data},
        }));
    }
    result
}
