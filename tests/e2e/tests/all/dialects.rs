//! Providers' own calls, seen where they land. What each dialect means is tested in `nen-protocol`; the task of the portal
//! in every one of them in `tests/clients`.

use nen_e2e::{Desktop, Image, Paint, Reply, Server, Window, clicks, keys};
use serde_json::{Value, json};

fn post(desktop: &Desktop, query: &str, calls: &Value) -> Reply {
    desktop
        .api()
        .post(&desktop.path(&format!("/calls?{query}")), calls)
}

#[expect(clippy::needless_pass_by_value, reason = "called with json!")]
fn click(id: &str, at: Value) -> Value {
    json!({"type": "tool_use", "id": id, "name": "computer",
        "input": {"action": "left_click", "coordinate": at}})
}

#[test]
fn a_click_on_a_scaled_picture_lands_on_the_pixel_that_was_meant() {
    let server = Server::start();
    let body = json!({"tools": ["computer", "bash"], "display": {"width": 2560, "height": 1600}});
    let desktop = server.api().create(&body);
    let window = Window::open(&desktop, Paint::Plain);
    let tools = desktop
        .api()
        .get(&desktop.path("/tools?dialect=anthropic"))
        .expect(200);
    let width = tools[0]["display_width_px"].as_u64().unwrap();
    assert!(width < 1600, "{tools}");

    // The middle of what the model was told is the middle of the screen.
    let height = tools[0]["display_height_px"].as_u64().unwrap();
    let middle = json!([width / 2, height / 2]);
    let (reply, log) = window.input(|| {
        post(
            &desktop,
            "dialect=anthropic",
            &json!([click("a", middle.clone())]),
        )
    });
    let results = reply.expect(200);
    let said = format!("left click at ({}, {})", middle[0], middle[1]);
    assert_eq!(
        results[0]["content"][0]["text"],
        json!(said),
        "in the model's numbers"
    );
    let landed = clicks(&log);
    let place = landed[0].strip_prefix("+1 ").unwrap();
    let (x, y) = place.split_once(',').unwrap();
    let (x, y): (i64, i64) = (x.parse().unwrap(), y.parse().unwrap());
    assert!((x - 1280).abs() <= 2 && (y - 800).abs() <= 2, "{landed:?}");

    // On Gemini's grid as well, to its last row and column.
    let grid = json!([{"functionCall": {"name": "click", "args": {"x": 999, "y": 0}}}]);
    let (reply, log) = window.input(|| post(&desktop, "dialect=gemini", &grid));
    reply.expect(200);
    assert_eq!(clicks(&log)[0], "+1 2558,0");

    // What the model is shown has the size that it was told.
    let look = json!([{"type": "tool_use", "id": "a", "name": "computer", "input": {"action": "screenshot"}}]);
    let image = post(&desktop, "dialect=anthropic", &look).expect(200)[0]["content"][1].clone();
    let (wide, high) = Image::of(&json!({"base64_image": image["source"]["data"]})).size();
    assert_eq!((u64::from(wide), u64::from(high)), (width, height));
}

#[test]
fn nothing_comes_between_the_calls_of_one_answer_and_nothing_is_done_after_a_failure() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let member = |id: &str, name: &str, input: Value| json!({"type": "tool_use", "id": id, "name": name, "input": input, "toolset_name": "computer"});
    let calls = json!([
        member("a", "left_click", json!({"coordinate": [300, 300]})),
        member("b", "zoom", json!({"region": [0, 0, 640, 400]})),
        member("c", "key", json!({"text": "Down", "repeat": 2})),
        member("d", "left_click", json!({"coordinate": [5000, 1]})),
        member("e", "type", json!({"text": "never"})),
    ]);
    let (reply, log) = window.input(|| post(&desktop, "dialect=anthropic-toolset", &calls));
    let results = reply.expect(200);
    assert_eq!(clicks(&log), ["+1 300,300", "-1 300,300"]);
    assert_eq!(keys(&log), ["+Down", "-Down", "+Down", "-Down"]);
    assert_eq!(
        results[1]["content"][1]["type"], "image",
        "a zoom in the middle is seen"
    );
    assert_eq!(results[3]["is_error"], true);
    let skipped = &results[4]["content"][0]["text"];
    assert_eq!(
        skipped,
        "Not executed: an earlier computer action in this turn failed."
    );
}

#[test]
fn keys_are_held_from_one_answer_to_the_next_and_side_buttons_are_buttons() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let part = |name: &str, args: Value| json!([{"functionCall": {"name": name, "args": args}}]);
    let gemini =
        |name: &str, args: Value| post(&desktop, "dialect=gemini", &part(name, args)).expect(200);
    let (_, log) = window.input(|| {
        gemini("key_down", json!({"key": "shift"}));
        gemini("press_key", json!({"key": "Down"}));
        gemini("key_up", json!({"key": "shift"}));
    });
    assert_eq!(keys(&log), ["+Shift_L", "+Down", "-Down", "-Shift_L"]);
    let call = json!([{"type": "computer_call", "call_id": "a", "pending_safety_checks": [],
        "actions": [{"type": "click", "button": "back", "x": 200, "y": 200}]}]);
    let (reply, log) = window.input(|| post(&desktop, "dialect=openai", &call));
    let output = reply.expect(200)[0]["output"].clone();
    assert_eq!(output["type"], "computer_screenshot");
    assert_eq!(clicks(&log), ["+8 200,200", "-8 200,200"]);
}

#[test]
fn requests_that_make_no_sense_say_what_would_be_right() {
    let server = Server::start();
    let desktop = server.desktop();
    let calls = json!([click("a", json!([1, 1]))]);
    let post = |query: &str| post(&desktop, query, &calls);
    post("").refused(400, "anthropic-toolset");
    post("dialect=claude").refused(400, "the dialects are");
    post("dialect=anthropic&variant=computer_2030").refused(400, "computer_20251124");
    post("dialect=anthropic&display_width=100").refused(400, "display_height");
    post("dialect=anthropic&display_width=1000&display_height=1000").refused(400, "1000x625");
    post("dialect=anthropic&display=1").refused(400, "display");
    post("dialect=openai").refused(400, "no tool call");
    let tools = |query: &str| desktop.api().get(&desktop.path(&format!("/tools?{query}")));
    tools("variant=browser").refused(400, "dialect");
    tools("dialect=gemini&variant=mobile").refused(400, "desktop, browser");
    // A desktop without the tool has no computer to give.
    let shell = server.api().create(&json!({"tools": ["bash"]}));
    let tools = shell
        .api()
        .get(&shell.path("/tools?dialect=openai"))
        .expect(200);
    assert_eq!(tools.as_array().unwrap().len(), 1, "{tools}");
    assert_eq!(tools[0]["name"], "bash");
}
