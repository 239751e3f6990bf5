//! Gemini's functions of a browser and of a desktop.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_grid_is_the_whole_screen_and_every_function_of_gemini_is_known() {
    let desktop = setup("gemini", None);
    let at = json!({"x": 500, "y": 999, "intent": "look"});
    let one = |name: &str, args: Value| {
        let call = json!({"functionCall": {"name": name, "args": args}});
        let mut actions = asked(&desktop, &json!([call]));
        if actions.len() > 1 {
            actions.retain(|(name, _)| name != "screenshot");
        }
        actions
    };
    let click = one("click", at.clone());
    assert_eq!(
        click[0],
        ("left_click".to_owned(), json!({"coordinate": [640, 799]}))
    );
    for (name, args, ours) in [
        ("double_click", at.clone(), "double_click"),
        ("triple_click", at.clone(), "triple_click"),
        ("middle_click", at.clone(), "middle_click"),
        ("right_click", at.clone(), "right_click"),
        ("mouse_down", at.clone(), "left_mouse_down"),
        ("mouse_up", at.clone(), "left_mouse_up"),
        ("move", at.clone(), "mouse_move"),
        ("wait", json!({}), "wait"),
        ("press_key", json!({"key": "Enter"}), "key"),
        ("key_down", json!({"key": "shift"}), "key_down"),
        ("key_up", json!({"key": "shift"}), "key_up"),
        ("hotkey", json!({"keys": ["ctrl", "c"]}), "key"),
        ("take_screenshot", json!({}), "screenshot"),
        (
            "scroll",
            json!({"x": 5, "y": 5, "direction": "down"}),
            "scroll",
        ),
        (
            "drag_and_drop",
            json!({"start_x": 1, "start_y": 1, "end_x": 9, "end_y": 9}),
            "left_click_drag",
        ),
        ("type", json!({"text": "hi"}), "type"),
        // Those of a browser.
        ("open_web_browser", json!({}), "key"),
        ("wait_5_seconds", json!({}), "wait"),
        ("go_back", json!({}), "key"),
        ("go_forward", json!({}), "key"),
        ("click_at", at.clone(), "left_click"),
        ("hover_at", at, "mouse_move"),
        ("key_combination", json!({"keys": "Control+A"}), "key"),
        ("scroll_document", json!({"direction": "up"}), "scroll"),
        (
            "scroll_at",
            json!({"x": 5, "y": 5, "direction": "left", "magnitude": 200}),
            "scroll",
        ),
        (
            "drag_and_drop",
            json!({"x": 1, "y": 1, "destination_x": 9, "destination_y": 9}),
            "left_click_drag",
        ),
    ] {
        let actions = one(name, args);
        assert_eq!(actions.len(), 1, "{name}: {actions:?}");
        assert_eq!(actions[0].0, ours, "{name}");
    }
    let names = |actions: Vec<(String, Value)>| -> Vec<String> {
        actions.into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(
        names(one("type", json!({"text": "hi", "press_enter": true}))),
        ["type", "key"]
    );
    assert_eq!(
        names(one("navigate", json!({"url": "x.example"}))),
        ["key", "type", "key"]
    );
    assert_eq!(names(one("search", json!({}))), ["key", "type", "key"]);
    let typed = json!({"x": 1, "y": 1, "text": "hi"});
    assert_eq!(
        names(one("type_text_at", typed)),
        ["left_click", "key", "key", "type", "key"]
    );
}

#[test]
fn geminis_results_are_parts_with_an_image_each() {
    let setup = setup("gemini", None);
    let calls = json!([
        {"text": "Clicking."},
        {"function_call": {"id": "f1", "name": "click", "args": {"x": 0, "y": 0}}},
        {"name": "hotkey", "args": {"keys": ["ctrl", "nokey"]}},
    ]);
    assert_eq!(
        done(&setup, &calls)[0],
        json!({"functionResponse": {"name": "click", "id": "f1",
            "response": {"output": "did left_click"},
            "parts": [{"inlineData": {"mimeType": "image/png", "data": "image1"}}]}})
    );
    let wrong = &done(&setup, &calls)[1]["functionResponse"];
    assert!(
        wrong["response"]["error"]
            .as_str()
            .unwrap()
            .contains("nokey")
    );
    assert_eq!(wrong["parts"][0]["inlineData"]["data"], "image2");
}
