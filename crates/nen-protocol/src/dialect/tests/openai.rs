//! OpenAI's tool and functions.

use serde_json::{Value, json};

use super::*;

fn computer_call(actions: &Value) -> Value {
    json!([{"type": "computer_call", "id": "x", "call_id": "c1", "status": "completed",
        "actions": actions, "pending_safety_checks": []}])
}

#[test]
fn every_action_of_openais_tool_is_one_of_ours() {
    let setup = setup("openai", None);
    let one = |action: Value| {
        let mut actions = asked(&setup, &computer_call(&json!([action])));
        if actions.len() > 1 {
            actions.retain(|(name, _)| name != "screenshot");
        }
        actions
    };
    let same = |action: Value, name: &str, params: Value| {
        assert_eq!(one(action), [(name.to_owned(), params)]);
    };
    same(
        json!({"type": "click", "button": "wheel", "x": 0, "y": 0, "keys": ["CTRL", "SHIFT"]}),
        "middle_click",
        json!({"coordinate": [0, 0], "text": "CTRL+SHIFT"}),
    );
    same(
        json!({"type": "click", "button": "back", "x": 3, "y": 4}),
        "back_click",
        json!({"coordinate": [3, 4]}),
    );
    same(
        json!({"type": "double_click", "x": 3, "y": 4}),
        "double_click",
        json!({"coordinate": [3, 4]}),
    );
    same(
        json!({"type": "drag", "path": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}),
        "left_click_drag",
        json!({"path": [[1, 2], [3, 4]]}),
    );
    same(
        json!({"type": "keypress", "keys": ["CTRL", "A"]}),
        "key",
        json!({"text": "CTRL+a"}),
    );
    same(
        json!({"type": "keypress", "keys": [" "]}),
        "key",
        json!({"text": "space"}),
    );
    same(
        json!({"type": "scroll", "x": 9, "y": 9, "scroll_x": 0, "scroll_y": -250}),
        "scroll",
        json!({"coordinate": [9, 9], "scroll_direction": "up", "scroll_amount": 3}),
    );
    same(
        json!({"type": "type", "text": "né"}),
        "type",
        json!({"text": "né"}),
    );
    same(json!({"type": "wait"}), "wait", json!({"duration": 2.0}));
    same(json!({"type": "screenshot"}), "screenshot", json!({}));
    let both = one(json!({"type": "scroll", "x": 9, "y": 9, "scroll_x": 100, "scroll_y": 100}));
    assert_eq!(both.len(), 2);
    let held = one(json!({"type": "move", "x": 9, "y": 9, "keys": ["SHIFT"]}));
    let names: Vec<&str> = held.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["key_down", "mouse_move", "key_up"]);
}

#[test]
fn a_screenshot_answers_openais_call_and_words_follow_what_failed() {
    let setup = setup("openai", None);
    let calls = computer_call(&json!([
        {"type": "click", "button": "left", "x": 1, "y": 2},
        {"type": "type", "text": "hi"},
    ]));
    assert_eq!(
        done(&setup, &calls),
        [
            json!({"type": "computer_call_output", "call_id": "c1", "output": {
            "type": "computer_screenshot", "image_url": "data:image/png;base64,image2", "detail": "original"}})
        ]
    );
    let failed = failing(&setup, &calls, 1);
    assert_eq!(
        failed[0]["output"]["image_url"],
        "data:image/png;base64,end"
    );
    assert_eq!(failed[1]["content"][0]["text"], "the desktop could not");
}

#[test]
fn safety_checks_are_the_callers_to_acknowledge_and_passed_on_untouched() {
    let setup = setup("openai", Some("computer_use_preview"));
    let check =
        json!({"id": "cu_sc_1", "code": "malicious_instructions", "message": "…", "extra": 1});
    let mut calls = json!([{"type": "computer_call", "call_id": "c1",
        "action": {"type": "screenshot"}, "pending_safety_checks": [check]}]);
    let refused = setup.turn(calls.to_string().as_bytes()).unwrap_err().0;
    assert!(refused.contains("malicious_instructions"), "{refused}");
    calls[0]["acknowledged_safety_checks"] = json!([check]);
    let results = done(&setup, &calls);
    assert_eq!(results[0]["acknowledged_safety_checks"], json!([check]));
    assert_eq!(results[0]["output"].get("detail"), None);

    let gemini = self::setup("gemini", None);
    let mut call = json!({"name": "click", "args": {"x": 1, "y": 2, "intent": "buy",
        "safety_decision": {"decision": "require_confirmation", "explanation": "money"}}});
    let refused = gemini
        .turn(json!([call]).to_string().as_bytes())
        .unwrap_err()
        .0;
    assert!(refused.contains("safety_acknowledgement"), "{refused}");
    call["safety_acknowledgement"] = json!("true");
    let results = done(&gemini, &json!([call]));
    let response = &results[0]["functionResponse"]["response"];
    assert_eq!(response["safety_acknowledgement"], "true");
}

#[test]
fn functions_have_their_arguments_as_text_and_images_in_a_message_of_their_own() {
    let setup = setup("openai-functions", None);
    let call = |id: &str, arguments: &str| {
        json!({"id": id, "type": "function",
            "function": {"name": "computer", "arguments": arguments}})
    };
    let calls = json!([
        call("a", "{\"action\": \"mouse_move\", \"coordinate\": [4, 5]}"),
        call("b", "{\"action\": \"key\", \"text\": \"Return\"}"),
    ]);
    assert_eq!(
        done(&setup, &calls),
        [
            json!({"role": "tool", "tool_call_id": "a", "content": "did mouse_move"}),
            json!({"role": "tool", "tool_call_id": "b", "content": "did key"}),
            json!({"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,image2"}}]}),
        ]
    );
    let broken = done(&setup, &json!([call("a", "{\"action\": ")]));
    assert!(broken[0]["content"].as_str().unwrap().contains("not JSON"));
    let responses = self::setup("openai-functions", Some("responses"));
    let calls = json!([{"type": "reasoning"}, {"type": "function_call", "call_id": "a",
        "name": "clipboard", "arguments": "{\"action\": \"get\"}"}]);
    assert_eq!(
        done(&responses, &calls),
        [json!({"type": "function_call_output", "call_id": "a", "output": "did get"})]
    );
}
