//! The functions of Gemini's desktop environment.

use serde_json::{Value, json};

use super::function::{computer, point};
use super::openai_actions::{chord, ticks};
use crate::action::ActionCall;

/// Pixels that `scroll` goes when it is not told.
const SCROLL: f64 = 300.0;

/// Seconds that `wait` takes when it is not told.
const WAIT: f64 = 1.0;

/// What a call asks for; none when this environment has no such function.
pub(super) fn read(name: &str, input: &Value) -> Option<Result<Vec<ActionCall>, String>> {
    let at = || point(input, "x", "y");
    let here = |action: &str| Ok(vec![computer(action, json!({"coordinate": at()?}))]);
    let key = |action: &str, text: &Value| Ok(vec![computer(action, json!({"text": text}))]);
    Some(match name {
        "click" => here("left_click"),
        "double_click" => here("double_click"),
        "triple_click" => here("triple_click"),
        "middle_click" => here("middle_click"),
        "right_click" => here("right_click"),
        "mouse_down" => here("left_mouse_down"),
        "mouse_up" => here("left_mouse_up"),
        "move" => here("mouse_move"),
        "type" => {
            let mut actions = vec![computer("type", json!({"text": input["text"]}))];
            if input["press_enter"] == json!(true) {
                actions.push(computer("key", json!({"text": "Return"})));
            }
            Ok(actions)
        }
        "drag_and_drop" if input.get("start_x").is_some() => drag(input),
        "wait" => {
            let seconds = input["seconds"].as_f64().unwrap_or(WAIT);
            Ok(vec![computer("wait", json!({"duration": seconds}))])
        }
        "press_key" => key("key", &input["key"]),
        "key_down" => key("key_down", &input["key"]),
        "key_up" => key("key_up", &input["key"]),
        "hotkey" => chord(&input["keys"])
            .ok_or_else(|| "hotkey needs keys, a list of key names".to_owned())
            .and_then(|keys| key("key", &json!(keys))),
        "take_screenshot" => Ok(vec![computer("screenshot", Value::Null)]),
        "scroll" => at().map(|at| {
            let pixels = input["magnitude_in_pixels"].as_f64().unwrap_or(SCROLL);
            let params = json!({
                "coordinate": at,
                "scroll_direction": input["direction"],
                "scroll_amount": ticks(pixels),
            });
            vec![computer("scroll", params)]
        }),
        _ => return None,
    })
}

fn drag(input: &Value) -> Result<Vec<ActionCall>, String> {
    let params = json!({
        "start_coordinate": point(input, "start_x", "start_y")?,
        "coordinate": point(input, "end_x", "end_y")?,
    });
    Ok(vec![computer("left_click_drag", params)])
}
