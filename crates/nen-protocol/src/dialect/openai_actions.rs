//! The actions of OpenAI's computer tool.

use serde_json::{Value, json};

use super::function::{computer, point};
use crate::action::ActionCall;

/// Pixels of a scroll that are one click of the wheel, as Nen's own examples have it.
pub(super) const TICK: f64 = 100.0;

/// Seconds that `wait` takes, which has no duration of its own.
const WAIT: f64 = 2.0;

/// What an action asks for.
pub(super) fn read(action: &Value) -> Result<Vec<ActionCall>, String> {
    let kind = action["type"]
        .as_str()
        .ok_or("an action needs a type, such as click")?;
    let held = held(action)?;
    let at = || point(action, "x", "y");
    let one = |name: &str, mut params: Value| {
        if let Some(held) = &held {
            params["text"] = json!(held);
        }
        vec![computer(name, params)]
    };
    Ok(match kind {
        "screenshot" => vec![computer("screenshot", Value::Null)],
        "click" => {
            let name = match action["button"].as_str().unwrap_or("left") {
                "left" => "left_click",
                "right" => "right_click",
                "wheel" => "middle_click",
                "back" => "back_click",
                "forward" => "forward_click",
                other => {
                    return Err(format!(
                        "unknown button {other:?}: the buttons are left, right, wheel, back, forward"
                    ));
                }
            };
            one(name, json!({"coordinate": at()?}))
        }
        "double_click" => one("double_click", json!({"coordinate": at()?})),
        "move" => {
            let motion = computer("mouse_move", json!({"coordinate": at()?}));
            match &held {
                None => vec![motion],
                Some(held) => vec![
                    computer("key_down", json!({"text": held})),
                    motion,
                    computer("key_up", json!({"text": held})),
                ],
            }
        }
        "drag" => {
            let path = action["path"]
                .as_array()
                .ok_or("drag needs path, a list of points")?;
            let path: Result<Vec<Value>, String> = path.iter().map(place).collect();
            one("left_click_drag", json!({"path": path?}))
        }
        "scroll" => scroll(action, &at()?, held.as_deref()),
        "keypress" => {
            let keys = chord(&action["keys"]).ok_or("keypress needs keys, a list of key names")?;
            vec![computer("key", json!({"text": keys}))]
        }
        "type" => vec![computer("type", json!({"text": action["text"]}))],
        "wait" => vec![computer("wait", json!({"duration": WAIT}))],
        other => {
            return Err(format!(
                "unknown computer action {other:?}: the actions are click, double_click, drag, keypress, move, screenshot, scroll, type, wait"
            ));
        }
    })
}

/// A point of a path, `{"x": …, "y": …}` or `[x, y]`.
fn place(value: &Value) -> Result<Value, String> {
    match value {
        Value::Array(_) => Ok(value.clone()),
        _ => point(value, "x", "y"),
    }
}

/// First down or up, then across; neither is a motion only.
fn scroll(action: &Value, at: &Value, held: Option<&str>) -> Vec<ActionCall> {
    let turn = |name: &str, less: &'static str, more: &'static str| {
        let pixels = action[name].as_f64().unwrap_or_default();
        let direction = if pixels < 0.0 { less } else { more };
        let mut params = json!({
            "coordinate": at, "scroll_direction": direction, "scroll_amount": ticks(pixels),
        });
        if let Some(held) = held {
            params["text"] = json!(held);
        }
        (pixels != 0.0).then(|| computer("scroll", params))
    };
    let turns = [
        turn("scroll_y", "up", "down"),
        turn("scroll_x", "left", "right"),
    ];
    let turns: Vec<ActionCall> = turns.into_iter().flatten().collect();
    match turns.is_empty() {
        true => vec![computer("mouse_move", json!({"coordinate": at}))],
        false => turns,
    }
}

/// Clicks of the wheel, at least one.
pub(super) fn ticks(pixels: f64) -> u32 {
    (pixels.abs() / TICK).round().clamp(1.0, 100.0) as u32
}

/// Keys held while the mouse acts.
fn held(action: &Value) -> Result<Option<String>, String> {
    match (&action["keys"], action["type"].as_str()) {
        (_, Some("keypress")) | (Value::Null, _) => Ok(None),
        (Value::Array(keys), _) if keys.is_empty() => Ok(None),
        (keys, _) => chord(keys)
            .map(Some)
            .ok_or_else(|| "keys must be a list of key names".to_owned()),
    }
}

/// A list of keys as one chord. Letters are keys here, not characters: `["CTRL", "A"]` is Ctrl and the key A.
pub(super) fn chord(keys: &Value) -> Option<String> {
    let keys = keys.as_array()?.iter().map(|key| {
        let key = key.as_str()?;
        Some(match key {
            " " => "space".to_owned(),
            key if key.chars().count() == 1 => key.to_ascii_lowercase(),
            key => key.to_owned(),
        })
    });
    let keys: Vec<String> = keys.collect::<Option<_>>()?;
    (!keys.is_empty()).then(|| keys.join("+"))
}
