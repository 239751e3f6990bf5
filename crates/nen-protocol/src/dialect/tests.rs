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

fn tool_use(id: &str, name: &str, input: &Value) -> Value {
    json!({"type": "tool_use", "id": id, "name": name, "input": input})
}

fn member(id: &str, name: &str, input: &Value) -> Value {
    json!({"type": "tool_use", "id": id, "name": name, "input": input, "toolset_name": "computer"})
}

fn click(id: &str, x: i32, y: i32) -> Value {
    let input = json!({"action": "left_click", "coordinate": [x, y]});
    tool_use(id, "computer", &input)
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
        tool_use("b", "computer", &json!({"action": "type", "text": "hi"})),
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
        member("a", "zoom", &json!({"region": [0, 0, 100, 50]})),
        member(
            "b",
            "left_click",
            &json!({"coordinate": [1, 2], "text": "ctrl"})
        ),
        member("c", "screenshot", &json!({})),
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
        member("a", "left_click", &json!({"coordinate": [1, 2]})),
        member("b", "key", &json!({"text": "Return"})),
        member("c", "screenshot", &json!({})),
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
    let drag = |input: Value| asked(&setup, &json!([tool_use("a", "computer", &input)]));
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
    let calls = json!([member(
        "a",
        "left_click",
        &json!({"coordinate": [640, 400]})
    )]);
    assert_eq!(
        asked(&setup, &calls)[0].1,
        json!({"coordinate": [1281, 801]})
    );
}

mod gemini;
mod openai;
mod round_trips;
