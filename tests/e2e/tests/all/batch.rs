//! Several actions in one call.

use nen_e2e::{Event, Image, Paint, Server, Window, clicks, keys, texts};
use serde_json::{Value, json};

const SKIPPED: &str = "Not executed: an earlier computer action in this turn failed.";

#[expect(clippy::needless_pass_by_value, reason = "called with json!")]
fn computer(action: &str, params: Value) -> Value {
    json!({"tool": "computer", "action": action, "params": params})
}

#[test]
fn actions_run_in_order_with_one_picture_at_the_end() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Square);
    let (reply, log) = window.input(|| {
        desktop.execute(&json!({"actions": [
            computer("left_click", json!({"coordinate": [500, 300]})),
            computer("type", json!({"text": "Hi é"})),
            computer("key", json!({"text": "Return"})),
            computer("cursor_position", json!({})),
        ]}))
    });
    let reply = reply.expect(200);
    assert_eq!(reply["status"], "ok");
    let results = reply["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    assert!(
        results.iter().all(|result| result["status"] == "ok"),
        "{reply}"
    );
    assert_eq!(results[0]["output"], "left click at (500, 300)");
    assert_eq!(results[3]["coordinate"], json!([500, 300]));
    assert!(
        results
            .iter()
            .all(|result| result.get("base64_image").is_none()),
        "one image, at the end"
    );
    assert_eq!(
        (Image::of(&reply).width, &reply["changed"]),
        (1280, &json!(true))
    );
    assert_eq!(clicks(&log), ["+1 500,300", "-1 500,300"]);
    assert_eq!(texts(&log), "Hi é\n");
    let click = log
        .iter()
        .position(|event| matches!(event, Event::ButtonRelease(_)))
        .unwrap();
    let key = log
        .iter()
        .position(|event| matches!(event, Event::KeyPress(_)))
        .unwrap();
    assert!(click < key, "in order");
}

#[test]
fn it_stops_at_the_first_failure() {
    let server = Server::start();
    let desktop = server
        .api()
        .create(&json!({"tools": ["computer", "bash", "windows"]}));
    let window = Window::open(&desktop, Paint::Plain);
    // A window that is not there is an action that fails at its time, when others were done already.
    let (reply, log) = window.input(|| {
        desktop.execute(&json!({"actions": [
            computer("key", json!({"text": "a"})),
            json!({"tool": "windows", "action": "focus", "params": {"window_id": 77}}),
            computer("key", json!({"text": "b"})),
            computer("key", json!({"text": "c"})),
        ]}))
    });
    let reply = reply.expect(200);
    assert_eq!(reply["status"], "error", "{reply}");
    let results = reply["results"].as_array().unwrap();
    let states: Vec<&str> = results
        .iter()
        .map(|result| result["status"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["ok", "error", "skipped", "skipped"], "{reply}");
    assert!(!results[1]["error"].as_str().unwrap().is_empty());
    assert_eq!(results[2], json!({"status": "skipped", "error": SKIPPED}));
    assert_eq!(keys(&log), ["+a", "-a"]);
}

#[test]
fn a_batch_with_a_mistake_in_it_is_refused_whole() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let good = || computer("key", json!({"text": "a"}));
    for (body, message) in [
        (
            json!({"actions": [good(), computer("key", json!({"text": "Retrun"}))]}),
            "actions[1]: ",
        ),
        (
            json!({"actions": [good(), computer("left_click", json!({"coordinate": [1280, 0]}))]}),
            "actions[1]: ",
        ),
        (
            json!({"actions": [good(), {"tool": "computer"}]}),
            "actions[1]",
        ),
        (json!({"actions": []}), "1 to 100"),
        (json!({"actions": vec![good(); 101]}), "1 to 100"),
        (
            json!({"actions": [good()], "action": good()}),
            "either action",
        ),
        (json!({"action": [good()]}), "action"),
        (json!({}), "either action"),
    ] {
        let (reply, log) = window.input(|| desktop.execute(&body));
        reply.refused(400, message);
        assert_eq!(log, [], "{body}");
    }
    let (reply, log) = window
        .input(|| desktop.execute(&json!({"actions": vec![good(); 100], "screenshot": "never"})));
    assert_eq!(reply.expect(200)["results"].as_array().unwrap().len(), 100);
    assert_eq!(texts(&log), "a".repeat(100));
}
