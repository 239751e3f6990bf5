//! The job by a model on loopback, on a desktop on loopback. What models may say is tested in `nen-agent`.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde_json::{Value, json};

use super::{super::choice::choose, *};
use crate::output::Output;

/// Answers that were prepared, and what the model was asked.
#[derive(Clone, Default)]
struct Scripted {
    answers: Arc<Mutex<Vec<Value>>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

async fn answer(State(scripted): State<Scripted>, Json(asked): Json<Value>) -> Json<Value> {
    scripted.asked.lock().unwrap().push(asked);
    Json(scripted.answers.lock().unwrap().remove(0))
}

async fn act(Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    let image = "iVBORw0KGgo=";
    match body["action"]["action"].as_str() {
        Some("left_click") => {
            let at = json!([5, 6]);
            let reply = json!({"status": "ok", "output": "left click at (5, 6)", "coordinate": at, "base64_image": image});
            (StatusCode::OK, Json(reply))
        }
        Some("screenshot") => {
            let reply = json!({"status": "ok", "base64_image": image});
            (StatusCode::OK, Json(reply))
        }
        _ => {
            let error = json!({"error": "the desktop refuses"});
            (StatusCode::BAD_REQUEST, Json(error))
        }
    }
}

#[test]
fn the_model_acts_on_the_desktop_and_every_turn_is_noted_with_its_picture() {
    let said = |content: Value| {
        json!({"id": "m", "type": "message", "role": "assistant", "model": "claude-test", "content": content,
            "stop_reason": "tool_use", "usage": {"input_tokens": 1, "output_tokens": 1}})
    };
    let call = |id: &str, tool: &str, input: Value| json!({"type": "tool_use", "id": id, "name": tool, "input": input});
    let click = json!({"action": "left_click", "coordinate": [5, 6]});
    let scripted = Scripted::default();
    *scripted.answers.lock().unwrap() = vec![
        said(json!([
            call("a", "computer", click),
            call("b", "computer", json!({"action": "key", "text": "F5"}))
        ])),
        said(json!([call(
            "c",
            "finish",
            json!({"success": true, "summary": "INV-2043"})
        )])),
    ];
    let app = Router::new()
        .route("/v1/messages", post(answer))
        .route(
            "/desktops",
            post(|| async { Json(json!({"desktop_id": "dsk_a", "status": "running"})) }),
        )
        .route("/desktops/dsk_a/execute", post(act))
        .with_state(scripted.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listening = tokio::net::TcpListener::bind("127.0.0.1:0");
    let listener = runtime.block_on(listening).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, app).await });

    let variable = |name: &str| match name {
        "ANTHROPIC_API_KEY" => Some("secret".to_owned()),
        "ANTHROPIC_BASE_URL" => Some(url.clone()),
        _ => None,
    };
    let choice = choose(Some("claude-test"), variable).unwrap().unwrap();
    let client = Client::new(&url, Some("sk_nen_x".into())).unwrap();
    let mut desktop = Desktop::create(client, 1280, 800).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = Output::new(true);
    let mut report = Report::new(&output, folder.path()).unwrap();
    let words = run(&choice, "Do it.", &mut desktop, &mut report, &runtime).unwrap();

    assert_eq!(words, "INV-2043");
    assert!(folder.path().join("01-left-click-at-5-6.png").exists());
    let results = scripted.asked.lock().unwrap()[1]["messages"][2]["content"].clone();
    assert_eq!(results[0]["content"][0]["text"], "left click at (5, 6)");
    assert_eq!(results[1]["content"][0]["text"], "the desktop refuses");
}
