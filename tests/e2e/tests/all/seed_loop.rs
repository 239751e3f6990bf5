//! The documented Python agent loop, with the real `httpx` and `anthropic` packages, against a scripted model.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use nen_e2e::{
    Event, Image, Paint, Request, Server, Site, Window, clicks, keys, repository, texts,
};
use serde_json::{Value, json};

/// What the model says, turn by turn: the tool calls of each; none ends the loop.
fn script() -> Vec<Vec<Value>> {
    vec![
        vec![json!({"action": "left_click", "coordinate": [512, 384]})],
        vec![
            json!({"action": "type", "text": "google.com — ñ €"}),
            json!({"action": "key", "text": "Return"}),
        ],
        // A mistake, as models make them: the loop goes on, and is told.
        vec![json!({"action": "left_click", "coordinate": [5000, 1]})],
        // Models fill in what they do not use.
        vec![
            json!({"action": "scroll", "coordinate": [640, 400], "scroll_direction": "down", "scroll_amount": 2, "text": null}),
        ],
        vec![
            json!({"action": "cursor_position"}),
            json!({"action": "wait", "duration": 0.1}),
        ],
        vec![],
    ]
}

/// A server that speaks Anthropic's Messages API and says what the script says.
fn model() -> Site {
    let turn = AtomicUsize::new(0);
    Site::new(move |request: &Request| {
        if (request.method.as_str(), request.path.as_str()) != ("POST", "/v1/messages") {
            return (404, "application/json", b"{}".to_vec());
        }
        let turn = turn.fetch_add(1, Ordering::SeqCst);
        let calls = script().into_iter().nth(turn).unwrap_or_default();
        let mut content: Vec<Value> = calls
            .into_iter()
            .enumerate()
            .map(|(at, input)| json!({"type": "tool_use", "id": format!("toolu_{turn}_{at}"), "name": "computer", "input": input}))
            .collect();
        let reason = if content.is_empty() {
            "end_turn"
        } else {
            "tool_use"
        };
        if content.is_empty() {
            content.push(json!({"type": "text", "text": "It is open."}));
        }
        let message = json!({
            "id": format!("msg_{turn}"), "type": "message", "role": "assistant", "model": "claude-sonnet-4-6",
            "content": content, "stop_reason": reason, "stop_sequence": null,
            "usage": {"input_tokens": 10, "output_tokens": 10},
        });
        (200, "application/json", message.to_string().into_bytes())
    })
}

fn image(block: &Value) -> Image {
    assert_eq!(block["source"]["media_type"], "image/png");
    let data = block["source"]["data"].as_str().unwrap();
    Image::from_png(
        &base64::engine::general_purpose::STANDARD
            .decode(data)
            .unwrap(),
    )
}

#[test]
fn the_documented_loop_runs_as_printed() {
    let model = model();
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Square);
    let run = || {
        let output = Command::new(repository().join(".tools/python/bin/python"))
            .arg(repository().join("tests/e2e/fixtures/seed_loop.py"))
            .env("DESKTOP_ID", desktop.id())
            .env("NEN_API_URL", server.url())
            .env("NEN_API_KEY", server.key())
            .env("ANTHROPIC_API_KEY", "none")
            .env("ANTHROPIC_BASE_URL", model.url())
            .env("NO_PROXY", "*")
            .output()
            .expect("Python packages, which `make setup-tests` brings");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let (said, log) = window.input(run);
    assert_eq!(said.trim(), "Agent finished: ['It is open.']");

    // What arrived on the desktop.
    assert_eq!(texts(&log), "google.com — ñ €\n");
    let seen = clicks(&log);
    assert_eq!(seen[..2], ["+1 512,384", "-1 512,384"]);
    assert_eq!(
        seen[2..],
        ["+5 640,400", "-5 640,400", "+5 640,400", "-5 640,400"]
    );
    assert!(keys(&log).ends_with(&["+Return".to_owned(), "-Return".to_owned()]));
    assert!(
        !log.iter()
            .any(|event| matches!(event, Event::Painted { .. }))
    );

    // What the model was told.
    let asked: Vec<Value> = model
        .requests()
        .iter()
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    assert_eq!(asked.len(), script().len());
    assert_eq!(
        asked[0]["tools"].as_array().unwrap().len(),
        2,
        "computer and bash"
    );
    assert_eq!(asked[0]["tools"][0]["name"], "computer");
    assert_eq!(
        asked[0]["tools"][0]["input_schema"]["required"],
        json!(["action"])
    );
    let first = image(&asked[0]["messages"][0]["content"][0]);
    assert_eq!((first.width, first.height), (1280, 800));

    let results = |turn: usize| {
        asked[turn + 1]["messages"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()["content"]
            .as_array()
            .unwrap()
            .clone()
    };
    let click = &results(0)[0];
    assert_eq!(
        (&click["type"], &click["tool_use_id"]),
        (&json!("tool_result"), &json!("toolu_0_0"))
    );
    assert_eq!(
        click["content"][0],
        json!({"type": "text", "text": "left click at (512, 384)"})
    );
    assert_eq!(
        image(&click["content"][1]).pixel(135, 205),
        [255, 0, 0],
        "the picture shows what the click did"
    );
    assert_eq!(results(1).len(), 2);
    assert_eq!(
        results(2)[0]["content"],
        json!([{"type": "text", "text": "Done"}]),
        "the loop does not read errors"
    );
    assert_eq!(
        results(4)[0]["content"],
        json!([{"type": "text", "text": "X=640, Y=400"}])
    );
    assert_eq!(
        image(
            &results(4)[1]["content"]
                .as_array()
                .unwrap()
                .last()
                .unwrap()
                .clone()
        )
        .width,
        1280
    );
}
