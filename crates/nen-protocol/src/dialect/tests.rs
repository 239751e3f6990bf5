use serde_json::{Value, json};

use super::{Dialect, Setup};
use crate::Size;
use crate::execute::{ActionResult, BatchImage, BatchReply, SKIPPED, View};
use crate::tool_log::Status;

const SCREEN: Size = Size {
    width: 1280,
    height: 800,
};

fn setup(name: &str, variant: Option<&str>) -> Setup {
    on(name, variant, SCREEN, &["computer", "clipboard"])
}

fn on(name: &str, variant: Option<&str>, screen: Size, tools: &[&str]) -> Setup {
    let dialect = Dialect::named(name).unwrap();
    let tools = tools.iter().map(ToString::to_string).collect();
    Setup::new(dialect, variant, screen, tools, None).unwrap()
}

/// The actions of calls as `name params`.
fn asked(setup: &Setup, calls: &Value) -> Vec<(String, Value)> {
    let turn = setup.turn(calls.to_string().as_bytes()).unwrap();
    let actions = turn.request().actions.unwrap().into_iter();
    actions
        .map(|call| (call.action, Value::Object(call.params)))
        .collect()
}

/// The results when every action goes well, each look with an image of its own.
fn done(setup: &Setup, calls: &Value) -> Vec<Value> {
    failing(setup, calls, usize::MAX)
}

/// The results when the action at this place fails.
fn failing(setup: &Setup, calls: &Value, bad: usize) -> Vec<Value> {
    let turn = setup.turn(calls.to_string().as_bytes()).unwrap();
    let actions = turn.request().actions.unwrap();
    let result = |at: usize| match at.cmp(&bad) {
        std::cmp::Ordering::Less => ActionResult::ok(format!("did {}", actions[at].action)),
        std::cmp::Ordering::Equal => ActionResult::error("the desktop could not"),
        std::cmp::Ordering::Greater => ActionResult::skipped(),
    };
    let image = |at: usize| BatchImage {
        action: at,
        base64_image: format!("image{at}"),
        media_type: None,
    };
    let looks = |at: &usize| ["screenshot", "zoom"].contains(&actions[*at].action.as_str());
    let failed = bad < actions.len();
    turn.results(BatchReply {
        status: if failed { Status::Error } else { Status::Ok },
        results: (0..actions.len()).map(result).collect(),
        images: (0..actions.len().min(bad))
            .filter(looks)
            .map(image)
            .collect(),
        view: View {
            base64_image: failed.then(|| "end".to_owned()),
            ..View::default()
        },
    })
}

fn tool_use(id: &str, name: &str, input: Value) -> Value {
    json!({"type": "tool_use", "id": id, "name": name, "input": input})
}

fn member(id: &str, name: &str, input: Value) -> Value {
    json!({"type": "tool_use", "id": id, "name": name, "input": input, "toolset_name": "computer"})
}

fn click(id: &str, x: i32, y: i32) -> Value {
    let input = json!({"action": "left_click", "coordinate": [x, y]});
    tool_use(id, "computer", input)
}

#[test]
fn a_tool_is_declared_as_its_provider_takes_it() {
    let first = |name: &str, variant| setup(name, variant).tools().unwrap()[0].clone();
    assert_eq!(
        first("anthropic", None),
        json!({"type": "computer_20251124", "name": "computer", "display_width_px": 1280,
            "display_height_px": 800, "enable_zoom": true})
    );
    assert_eq!(
        first("anthropic", Some("computer_20241022")),
        json!({"type": "computer_20241022", "name": "computer", "display_width_px": 1280,
            "display_height_px": 800})
    );
    assert_eq!(
        first("anthropic-toolset", None),
        json!({"type": "computer_toolset_20260801"})
    );
    assert_eq!(first("openai", None), json!({"type": "computer"}));
    assert_eq!(
        first("openai", Some("computer_use_preview")),
        json!({"type": "computer_use_preview", "display_width": 1229, "display_height": 768,
            "environment": "linux"})
    );
    assert_eq!(
        first("gemini", None),
        json!({"computerUse": {"environment": "ENVIRONMENT_DESKTOP"}})
    );
    assert_eq!(
        first("gemini", Some("browser")),
        json!({"computerUse": {"environment": "ENVIRONMENT_BROWSER"}})
    );
    let chat = first("openai-functions", None);
    assert_eq!(chat["type"], "function");
    assert_eq!(chat["function"]["name"], "computer");
    assert_eq!(
        first("openai-functions", Some("responses"))["name"],
        "computer"
    );
    assert_eq!(
        first("mcp", None)["inputSchema"]["required"],
        json!(["action"])
    );
}

#[test]
fn other_tools_stand_beside_the_providers_own() {
    let second = |name: &str| setup(name, None).tools().unwrap()[1].clone();
    assert_eq!(second("anthropic")["name"], "clipboard");
    assert!(second("anthropic-toolset")["input_schema"].is_object());
    assert_eq!(second("openai")["type"], "function");
    assert_eq!(
        second("gemini")["functionDeclarations"][0]["name"],
        "clipboard"
    );
    let only = on("gemini", None, SCREEN, &["clipboard"]).tools().unwrap();
    assert_eq!(only.len(), 1, "without the tool there is no computer use");
}

#[test]
fn unknown_dialects_and_variants_are_named_with_those_there_are() {
    let error = Dialect::named("claude").unwrap_err().0;
    assert!(error.contains("anthropic-toolset"), "{error}");
    let wrong = |name: &str, variant| {
        let dialect = Dialect::named(name).unwrap();
        Setup::new(dialect, Some(variant), SCREEN, Vec::new(), None)
            .unwrap_err()
            .0
    };
    assert!(wrong("gemini", "mobile").contains("desktop, browser"));
    assert!(wrong("mcp", "stdio").contains("has none"));
    let display = Some(Size {
        width: 1024,
        height: 768,
    });
    let error = Setup::new(Dialect::Anthropic, None, SCREEN, Vec::new(), display)
        .unwrap_err()
        .0;
    assert!(error.contains("1024x640"), "{error}");
}

#[test]
fn several_calls_become_one_batch_with_an_image_at_its_end() {
    let setup = setup("anthropic", None);
    let calls = json!([
        {"type": "text", "text": "I click and type."},
        click("a", 5, 7),
        tool_use("b", "computer", json!({"action": "type", "text": "hi"})),
    ]);
    let actions = asked(&setup, &calls);
    let names: Vec<&str> = actions.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["left_click", "type", "screenshot"]);
    let results = done(&setup, &calls);
    assert_eq!(
        results,
        [
            json!({"type": "tool_result", "tool_use_id": "a",
                "content": [{"type": "text", "text": "did left_click"}]}),
            json!({"type": "tool_result", "tool_use_id": "b", "content": [
                {"type": "text", "text": "did type"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "image2"}}]}),
        ]
    );
}

#[test]
fn a_look_in_the_middle_has_its_own_image_and_a_look_at_the_end_is_not_taken_twice() {
    let setup = setup("anthropic-toolset", None);
    let calls = json!([
        member("a", "zoom", json!({"region": [0, 0, 100, 50]})),
        member(
            "b",
            "left_click",
            json!({"coordinate": [1, 2], "text": "ctrl"})
        ),
        member("c", "screenshot", json!({})),
    ]);
    assert_eq!(asked(&setup, &calls).len(), 3);
    let images: Vec<Value> = done(&setup, &calls)
        .iter()
        .map(|result| result["content"][1]["source"]["data"].clone())
        .collect();
    assert_eq!(images, [json!("image0"), Value::Null, json!("image2")]);
}

#[test]
fn after_a_failure_the_rest_answers_with_the_words_models_know() {
    let calls = json!([
        member("a", "left_click", json!({"coordinate": [1, 2]})),
        member("b", "key", json!({"text": "Return"})),
        member("c", "screenshot", json!({})),
    ]);
    let results = failing(&setup("anthropic-toolset", None), &calls, 1);
    assert_eq!(results[0]["is_error"], Value::Null);
    assert_eq!(
        results[1]["content"],
        json!([{"type": "text", "text": "the desktop could not"}])
    );
    assert_eq!(results[1]["is_error"], true);
    assert_eq!(
        results[2]["content"],
        json!([{"type": "text", "text": SKIPPED}])
    );
}

#[test]
fn a_call_that_makes_no_sense_fails_after_what_came_before_it_was_done() {
    let setup = setup("anthropic", None);
    let calls = json!([click("a", 5, 7), click("b", 5, 800), click("c", 1, 1)]);
    let actions = asked(&setup, &calls);
    assert_eq!(
        actions[0],
        ("left_click".to_owned(), json!({"coordinate": [5, 7]}))
    );
    assert_eq!(actions.len(), 2, "the second is a look: {actions:?}");
    let texts: Vec<String> = done(&setup, &calls)
        .iter()
        .map(|result| result["content"][0]["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts[0], "did left_click");
    assert!(texts[1].contains("outside the screen"), "{}", texts[1]);
    assert_eq!(texts[2], SKIPPED);
}

#[test]
fn a_list_without_calls_and_items_without_ids_are_refused() {
    let refused = |name: &str, calls: Value| {
        let setup = setup(name, None);
        setup.turn(calls.to_string().as_bytes()).unwrap_err().0
    };
    assert!(refused("anthropic", json!([])).contains("no tool call"));
    assert!(refused("gemini", json!([{"text": "done"}])).contains("no tool call"));
    assert!(refused("anthropic", json!({"type": "tool_use"})).contains("list"));
    let no_id = json!([{"type": "tool_use", "name": "computer", "input": {}}]);
    assert_eq!(refused("anthropic", no_id), "[0]: id must be a string");
    let many: Vec<Value> = (0..101).map(|at| click(&at.to_string(), 1, 1)).collect();
    assert!(refused("anthropic", json!(many)).contains("at most 100"));
}

#[test]
fn the_first_version_drags_from_where_the_pointer_is() {
    let setup = setup("anthropic", Some("computer_20241022"));
    let drag = |input: Value| asked(&setup, &json!([tool_use("a", "computer", input)]));
    let names = |actions: Vec<(String, Value)>| -> Vec<String> {
        actions.into_iter().map(|(name, _)| name).collect()
    };
    let here = json!({"action": "left_click_drag", "coordinate": [9, 9]});
    assert_eq!(
        names(drag(here)),
        [
            "left_mouse_down",
            "mouse_move",
            "left_mouse_up",
            "screenshot"
        ]
    );
    let from =
        json!({"action": "left_click_drag", "start_coordinate": [1, 1], "coordinate": [9, 9]});
    assert_eq!(names(drag(from)), ["left_click_drag", "screenshot"]);
}

fn computer_call(actions: Value) -> Value {
    json!([{"type": "computer_call", "id": "x", "call_id": "c1", "status": "completed",
        "actions": actions, "pending_safety_checks": []}])
}

#[test]
fn every_action_of_openais_tool_is_one_of_ours() {
    let setup = setup("openai", None);
    let one = |action: Value| {
        let mut actions = asked(&setup, &computer_call(json!([action])));
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
    let calls = computer_call(json!([
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
        ("hover_at", at.clone(), "mouse_move"),
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

#[test]
fn a_screen_beyond_the_limit_is_shown_smaller_and_clicks_land_where_the_model_meant() {
    let screen = Size {
        width: 2560,
        height: 1600,
    };
    let setup = on("anthropic", None, screen, &["computer"]);
    let display = setup.tools().unwrap()[0].clone();
    let (width, height) = (&display["display_width_px"], &display["display_height_px"]);
    let pixels = width.as_u64().unwrap() * height.as_u64().unwrap();
    assert!(pixels <= 1_150_000, "{display}");
    let calls = json!([click("a", 0, 0)]);
    let turn = setup.turn(calls.to_string().as_bytes()).unwrap();
    let request = turn.request();
    assert_eq!(request.image.max_width.map(u64::from), width.as_u64());
    let reply = BatchReply {
        status: Status::Ok,
        results: vec![
            ActionResult::ok("left click at (0, 0)"),
            ActionResult::ok("looked"),
        ],
        images: Vec::new(),
        view: View::default(),
    };
    let said = turn.results(reply)[0]["content"][0]["text"].clone();
    assert_eq!(said, "left click at (0, 0)");
    // Declared by hand, the same.
    let half = Some(Size {
        width: 1280,
        height: 800,
    });
    let tools = vec!["computer".to_owned()];
    let setup = Setup::new(Dialect::AnthropicToolset, None, screen, tools, half).unwrap();
    let calls = json!([member("a", "left_click", json!({"coordinate": [640, 400]}))]);
    assert_eq!(
        asked(&setup, &calls)[0].1,
        json!({"coordinate": [1281, 801]})
    );
}

mod round_trips;
