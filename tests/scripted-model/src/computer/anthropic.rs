//! Anthropic's computer tools: one tool with actions, in three versions, and a toolset with a tool for each action. Wire
//! facts: the types of Anthropic's own client for Python.

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use super::neutral::Neutral;
use super::{Computer, TOOL};
use crate::dialect::{only, text};

/// The toolset's type.
const TOOLSET: &str = "computer_toolset_20260801";

/// Actions of the first version.
const FIRST: &[&str] = &[
    "key",
    "type",
    "mouse_move",
    "left_click",
    "left_click_drag",
    "right_click",
    "middle_click",
    "double_click",
    "screenshot",
    "cursor_position",
];

/// What the second version added.
const SECOND: &[&str] = &[
    "left_mouse_down",
    "left_mouse_up",
    "scroll",
    "hold_key",
    "wait",
    "triple_click",
];

/// What a request declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tool {
    /// One tool with these actions.
    Flat { version: String, zoom: bool },
    /// A tool for each action but those that are switched off.
    Set { without: Vec<String> },
}

/// What an entry of `tools` declares; none when it is a tool of the caller's own.
pub(crate) fn declared(tool: &Value, headers: &HeaderMap) -> Result<Option<Computer>, String> {
    let declared = match tool["type"].as_str() {
        Some(TOOLSET) => toolset(tool)?,
        Some("computer_20241022") => flat(tool, headers, "computer-use-2024-10-22")?,
        Some("computer_20250124") => flat(tool, headers, "computer-use-2025-01-24")?,
        Some("computer_20251124") => flat(tool, headers, "computer-use-2025-11-24")?,
        Some("custom") | None => return Ok(None),
        Some(other) => return Err(format!("tools: unknown type {other:?}")),
    };
    Ok(Some(Computer::Anthropic(declared)))
}

fn flat(tool: &Value, headers: &HeaderMap, beta: &str) -> Result<Tool, String> {
    let version = text(tool, "/type")?;
    let mut known = vec![
        "type",
        "name",
        "display_width_px",
        "display_height_px",
        "display_number",
        "cache_control",
    ];
    if version == "computer_20251124" {
        known.push("enable_zoom");
    }
    only(tool, "tools", &known)?;
    let asked = headers.get_all("anthropic-beta").iter();
    let mut asked = asked
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    if !asked.any(|feature| feature.trim() == beta) {
        return Err(format!(
            "tools: {version} needs the header anthropic-beta: {beta}"
        ));
    }
    if tool["name"] != TOOL {
        return Err(format!("tools: the name of {version} must be computer"));
    }
    for side in ["display_width_px", "display_height_px"] {
        if tool[side].as_u64().is_none_or(|pixels| pixels == 0) {
            return Err(format!(
                "tools.{side}: input should be a valid integer above 0"
            ));
        }
    }
    Ok(Tool::Flat {
        version: version.to_owned(),
        zoom: tool["enable_zoom"] == true,
    })
}

fn toolset(tool: &Value) -> Result<Tool, String> {
    only(tool, "tools", &["type", "configs", "cache_control"])?;
    let mut without = Vec::new();
    for (member, config) in tool["configs"].as_object().unwrap_or(&Map::new()) {
        if !is_member(member) {
            return Err(format!(
                "tools.configs.{member}: extra inputs are not permitted"
            ));
        }
        only(config, member, &["enabled", "defer_loading"])?;
        if config["enabled"] == false {
            without.push(member.clone());
        }
    }
    Ok(Tool::Set { without })
}

fn is_member(name: &str) -> bool {
    FIRST.contains(&name) || SECOND.contains(&name) || name == "zoom"
}

impl Tool {
    /// Whether a `tool_use` of the caller's history is one of this tool's; an error when it is not what was sent.
    pub(crate) fn owns(&self, call: &Value) -> Result<bool, String> {
        let name = text(call, "/name")?;
        match (self, call["toolset_name"].as_str()) {
            (Self::Set { .. }, Some(TOOL)) if is_member(name) => Ok(true),
            (_, Some(other)) => Err(format!("tool_use: no tool {name:?} in a toolset {other:?}")),
            (Self::Set { .. }, None) if is_member(name) => Err(format!(
                "tool_use: {name} came with toolset_name, which is missing"
            )),
            (Self::Flat { .. }, None) if name == TOOL => {
                text(&call["input"], "/action")?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Whether a call that it owns asks for nothing but an image.
    pub(crate) fn looks(&self, call: &Value) -> bool {
        let action = match self {
            Self::Flat { .. } => &call["input"]["action"],
            Self::Set { .. } => &call["name"],
        };
        matches!(action.as_str(), Some("screenshot" | "zoom"))
    }

    /// A script's call as a `tool_use` without its id.
    pub(crate) fn call(&self, input: &Value) -> Result<Value, String> {
        let call = Neutral::read(input)?;
        let mut action = call.action;
        let mut parameters = call.parameters();
        let has = |action: &str| match self {
            Self::Set { without } => is_member(action) && !without.iter().any(|off| off == action),
            Self::Flat { version, zoom } => {
                FIRST.contains(&action)
                    || SECOND.contains(&action) && version != "computer_20241022"
                    || action == "zoom" && *zoom
            }
        };
        if action == "wait" && !has(action) {
            // The first version has no other way to see what happens next.
            action = "screenshot";
            parameters = json!({});
        } else if action == "wait" {
            parameters["duration"] = json!(call.duration().unwrap_or(1));
        }
        match self {
            Self::Set { .. } if has(action) => Ok(
                json!({"type": "tool_use", "toolset_name": TOOL, "name": action, "input": parameters}),
            ),
            Self::Flat { .. } if has(action) => {
                parameters["action"] = json!(action);
                Ok(json!({"type": "tool_use", "name": TOOL, "input": parameters}))
            }
            Self::Set { .. } => call.unknown(TOOLSET),
            Self::Flat { version, .. } => call.unknown(version),
        }
    }
}
