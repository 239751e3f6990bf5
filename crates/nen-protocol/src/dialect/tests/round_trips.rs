//! Whatever an action is, written as a provider's call it is read as the same action.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{asked, member, on, tool_use};
use crate::Size;

/// Width and height of any screen that a desktop may have and all providers see as it is.
fn screens() -> impl Strategy<Value = Size> {
    (320u32..1200, 320u32..768).prop_map(|(width, height)| Size { width, height })
}

/// An action of the `computer` tool with its parameters, on a screen.
fn actions(screen: Size) -> impl Strategy<Value = (&'static str, Value)> {
    let (width, height) = (screen.width as i32, screen.height as i32);
    let point = move || (0..width, 0..height).prop_map(|(x, y)| json!([x, y]));
    let modifiers = prop_oneof![Just(None), Just(Some("ctrl")), Just(Some("ctrl+shift"))];
    let clicks = prop_oneof![
        Just("left_click"),
        Just("right_click"),
        Just("middle_click"),
        Just("double_click"),
        Just("triple_click"),
    ];
    let with = |mut params: Value, held: Option<&str>| {
        if let Some(held) = held {
            params["text"] = json!(held);
        }
        params
    };
    prop_oneof![
        (clicks, point(), modifiers.clone())
            .prop_map(move |(name, at, held)| (name, with(json!({"coordinate": at}), held))),
        point().prop_map(|at| ("mouse_move", json!({"coordinate": at}))),
        (point(), point()).prop_map(|(from, to)| (
            "left_click_drag",
            json!({"start_coordinate": from, "coordinate": to})
        )),
        (
            point(),
            prop_oneof![Just("up"), Just("down"), Just("left"), Just("right")],
            1..=100u32
        )
            .prop_map(|(at, direction, amount)| (
                "scroll",
                json!({"coordinate": at, "scroll_direction": direction, "scroll_amount": amount})
            )),
        "[a-zA-Z0-9 äλ你😀\\n]{0,20}".prop_map(|text| ("type", json!({"text": text}))),
        prop_oneof![
            Just("Return"),
            Just("ctrl+a"),
            Just("alt+F4"),
            Just("Page_Down")
        ]
        .prop_map(|keys| ("key", json!({"text": keys}))),
        (0u32..=300).prop_map(|seconds| ("wait", json!({"duration": seconds}))),
        Just(("screenshot", json!({}))),
    ]
}

/// Screens with actions on them.
fn cases() -> impl Strategy<Value = (Size, (&'static str, Value))> {
    screens().prop_flat_map(|screen| (Just(screen), actions(screen)))
}

/// The same action in the words of OpenAI's tool; none when it has no such words.
fn for_openai(name: &str, params: &Value) -> Option<Value> {
    let held: Option<Vec<&str>> = params["text"]
        .as_str()
        .map(|keys| keys.split('+').collect());
    let at = &params["coordinate"];
    let with = |mut action: Value| {
        if let Some(held) = &held {
            action["keys"] = json!(held);
        }
        action
    };
    let click = |button: &str| {
        Some(with(
            json!({"type": "click", "button": button, "x": at[0], "y": at[1]}),
        ))
    };
    match name {
        "left_click" => click("left"),
        "right_click" => click("right"),
        "middle_click" => click("wheel"),
        "double_click" => Some(with(
            json!({"type": "double_click", "x": at[0], "y": at[1]}),
        )),
        "mouse_move" => Some(json!({"type": "move", "x": at[0], "y": at[1]})),
        "scroll" => {
            let pixels = params["scroll_amount"].as_i64()? * 100;
            let (x, y) = match params["scroll_direction"].as_str()? {
                "up" => (0, -pixels),
                "down" => (0, pixels),
                "left" => (-pixels, 0),
                _ => (pixels, 0),
            };
            Some(json!({"type": "scroll", "x": at[0], "y": at[1], "scroll_x": x, "scroll_y": y}))
        }
        "type" => Some(json!({"type": "type", "text": params["text"]})),
        "key" => Some(json!({"type": "keypress", "keys": held?})),
        "screenshot" => Some(json!({"type": "screenshot"})),
        _ => None,
    }
}

proptest! {
    #[test]
    fn flat_calls_say_exactly_what_the_action_is((screen, (name, params)) in cases()) {
        let mut flat = params.clone();
        flat["action"] = json!(name);
        let expected = (name.to_owned(), params);
        let calls = [
            ("anthropic", None, json!([tool_use("a", "computer", &flat)])),
            ("anthropic", Some("computer_20250124"), json!([tool_use("a", "computer", &flat)])),
            ("openai-functions", None, json!([{"id": "a", "type": "function",
                "function": {"name": "computer", "arguments": flat.to_string()}}])),
            ("openai-functions", Some("responses"), json!([{"type": "function_call", "call_id": "a",
                "name": "computer", "arguments": flat.to_string()}])),
            ("mcp", None, json!([{"name": "computer", "arguments": flat}])),
            ("anthropic-toolset", None, json!([member("a", name, &expected.1)])),
        ];
        for (dialect, variant, calls) in calls {
            let setup = on(dialect, variant, screen, &["computer"]);
            prop_assert_eq!(&asked(&setup, &calls)[0], &expected, "{}", dialect);
        }
    }

    #[test]
    fn openais_words_mean_the_same_action((screen, (name, params)) in cases()) {
        if let Some(action) = for_openai(name, &params) {
            let setup = on("openai", None, screen, &["computer"]);
            let calls = json!([{"type": "computer_call", "call_id": "a", "actions": [action]}]);
            prop_assert_eq!(&asked(&setup, &calls)[0], &(name.to_owned(), params));
        }
    }

    #[test]
    fn a_point_of_geminis_grid_lands_in_its_block_of_pixels(
        (screen, x, y) in (screens(), 0i32..1000, 0i32..1000)
    ) {
        let setup = on("gemini", None, screen, &["computer"]);
        let calls = json!([{"functionCall": {"name": "click", "args": {"x": x, "y": y}}}]);
        let at = asked(&setup, &calls)[0].1["coordinate"].clone();
        let within = |value: &Value, place: i32, side: u32| {
            let (value, side) = (value.as_f64().unwrap(), f64::from(side));
            let start = f64::from(place) * side / 1000.0;
            (start.floor()..=(start + side / 1000.0).ceil()).contains(&value) && value < side
        };
        prop_assert!(within(&at[0], x, screen.width), "{at} for {x} of {}", screen.width);
        prop_assert!(within(&at[1], y, screen.height), "{at} for {y} of {}", screen.height);
    }

    #[test]
    fn nothing_that_a_model_may_write_ends_in_a_panic(text in "\\PC{0,80}", number in any::<i64>()) {
        for (name, _) in super::Dialect::NAMES {
            let setup = on(name, None, Size { width: 1280, height: 800 }, &["computer"]);
            for call in [
                json!([{"type": text, "name": number, "id": text, "call_id": text}]),
                json!([{"type": "tool_use", "id": "a", "name": "computer", "input": {"action": text, "coordinate": [number, number]}}]),
                json!([{"type": "computer_call", "call_id": "a", "actions": [{"type": "click", "x": number, "y": text}]}]),
                json!([{"functionCall": {"name": text, "args": {"x": number, "y": number}}}]),
                json!([{"id": "a", "function": {"name": "computer", "arguments": text}}]),
            ] {
                let _ = setup.turn(call.to_string().as_bytes()).map(|turn| turn.request());
            }
        }
    }
}
