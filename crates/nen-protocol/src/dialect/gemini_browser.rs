//! The functions of Gemini's browser, done by keyboard and mouse in the browser that has the keyboard.

use serde_json::{Value, json};

use super::function::{computer, point};
use super::openai_actions::ticks;
use crate::action::ActionCall;

/// Starts the first program of the task bar, whatever is on the screen; see the window manager's configuration of desktops.
const OPEN_BROWSER: &str = "super+1";

/// Where `search` begins.
const SEARCH: &str = "https://www.google.com/";

/// How far `scroll_at` goes when it is not told, in thousandths of the screen, which is about as many pixels.
const SCROLL: f64 = 800.0;

/// The middle of the grid.
const MIDDLE: [i32; 2] = [500, 500];

/// What a call asks for; none when there is no such function.
pub(super) fn read(name: &str, input: &Value) -> Option<Result<Vec<ActionCall>, String>> {
    let at = || point(input, "x", "y");
    Some(match name {
        "open_web_browser" => Ok(vec![key(OPEN_BROWSER)]),
        "wait_5_seconds" => Ok(vec![computer("wait", json!({"duration": 5}))]),
        "go_back" => Ok(vec![key("alt+Left")]),
        "go_forward" => Ok(vec![key("alt+Right")]),
        "search" => Ok(go_to(&json!(SEARCH))),
        "navigate" => Ok(go_to(&input["url"])),
        "click_at" => at().map(|at| vec![computer("left_click", json!({"coordinate": at}))]),
        "hover_at" => at().map(|at| vec![computer("mouse_move", json!({"coordinate": at}))]),
        "type_text_at" => at().map(|at| type_at(&at, input)),
        "key_combination" => Ok(vec![computer("key", json!({"text": input["keys"]}))]),
        "scroll_document" => Ok(vec![scroll(&json!(MIDDLE), input, SCROLL)]),
        "scroll_at" => at().map(|at| {
            let magnitude = input["magnitude"].as_f64().unwrap_or(SCROLL);
            vec![scroll(&at, input, magnitude)]
        }),
        "drag_and_drop" => at().and_then(|at| {
            let to = point(input, "destination_x", "destination_y")?;
            let params = json!({"start_coordinate": at, "coordinate": to});
            Ok(vec![computer("left_click_drag", params)])
        }),
        _ => return None,
    })
}

fn key(keys: &str) -> ActionCall {
    computer("key", json!({"text": keys}))
}

fn go_to(url: &Value) -> Vec<ActionCall> {
    vec![
        key("ctrl+l"),
        computer("type", json!({"text": url})),
        key("Return"),
    ]
}

fn type_at(at: &Value, input: &Value) -> Vec<ActionCall> {
    let wanted = |name: &str| input[name].as_bool().unwrap_or(true);
    let mut actions = vec![computer("left_click", json!({"coordinate": at}))];
    if wanted("clear_before_typing") {
        actions.extend([key("ctrl+a"), key("BackSpace")]);
    }
    actions.push(computer("type", json!({"text": input["text"]})));
    if wanted("press_enter") {
        actions.push(key("Return"));
    }
    actions
}

fn scroll(at: &Value, input: &Value, magnitude: f64) -> ActionCall {
    let params = json!({
        "coordinate": at,
        "scroll_direction": input["direction"],
        "scroll_amount": ticks(magnitude),
    });
    computer("scroll", params)
}
