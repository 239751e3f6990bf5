//! The loop against a scripted provider and a scripted desktop, both on loopback.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::State,
    http::HeaderMap,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{super::choice::choose, *};
use crate::{client::Client, output::Output};

/// A key and the body that came with it.
type Request = (Option<String>, Value);

/// Answers that were prepared and requests that came.
#[derive(Clone, Default)]
struct Scripted {
    answers: Arc<Mutex<Vec<Value>>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

async fn answer(
    State(scripted): State<Scripted>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Json<Value> {
    let key = headers
        .get("x-api-key")
        .or(headers.get("authorization"))
        .and_then(|v| v.to_str().ok().map(str::to_owned));
    scripted.requests.lock().unwrap().push((key, request));
    Json(scripted.answers.lock().unwrap().remove(0))
}

async fn execute_on_desktop(Json(body): Json<Value>) -> (axum::http::StatusCode, Json<Value>) {
    match body["action"]["action"].as_str() {
        Some("left_click") => (
            axum::http::StatusCode::OK,
            Json(json!({
                "status": "ok", "output": "left click at (5, 6)", "coordinate": [5, 6],
                "base64_image": "iVBORw0KGgo=",
            })),
        ),
        _ => (
            axum::http::StatusCode::BAD_REQUEST,
            Json(json!({"error": "unknown computer action \"drag\""})),
        ),
    }
}

/// A runtime with both servers, the desktop, and what the provider will say and has heard.
fn start(answers: Vec<Value>) -> (tokio::runtime::Runtime, String, Scripted, Desktop) {
    let scripted = Scripted {
        answers: Arc::new(Mutex::new(answers)),
        ..Scripted::default()
    };
    let app = Router::new()
        .route("/v1/messages", post(answer))
        .route("/chat/completions", post(answer))
        .route(
            "/desktops",
            post(|| async { Json(json!({"desktop_id": "dsk_a", "status": "running"})) }),
        )
        .route("/desktops/dsk_a/execute", post(execute_on_desktop))
        .route(
            "/desktops/dsk_a/screenshot",
            get(|| async {
                (
                    [("content-type", "image/png")],
                    b"\x89PNG\r\n\x1a\n".to_vec(),
                )
            }),
        )
        .with_state(scripted.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, app).await });
    let client = Client::new(&url, Some("sk_nen_x".into())).unwrap();
    let desktop = Desktop::create(client, 1280, 800).unwrap();
    (runtime, url, scripted, desktop)
}

fn tools() -> Vec<Value> {
    vec![json!({"name": "computer", "description": "d", "parameters": {"type": "object"}})]
}

fn work(answers: Vec<Value>, model: &str) -> (String, Vec<Request>) {
    let (_runtime, url, scripted, mut desktop) = start(answers);
    let choice = choose(Some(model), |name| match name {
        "ANTHROPIC_API_KEY" | "OPENAI_API_KEY" => Some("secret".into()),
        _ => Some(url.clone()),
    })
    .unwrap()
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = Output::new(true);
    let mut report = Report::new(&output, folder.path()).unwrap();
    let mut model = choice.start(&tools());
    let words = run(model.as_mut(), "Do it.", &mut desktop, &mut report).unwrap();
    assert!(folder.path().join("01-left-click-at-5-6.png").exists());
    let requests = scripted.requests.lock().unwrap().clone();
    (words, requests)
}

#[test]
fn anthropic_messages() {
    let call = |id: &str, input: Value| json!({"type": "tool_use", "id": id, "name": "computer", "input": input});
    let (words, requests) = work(
        vec![
            json!({"stop_reason": "tool_use", "content": [
                {"type": "text", "text": "I click."},
                call("t1", json!({"action": "left_click", "coordinate": [5, 6]})),
                call("t2", json!({"action": "drag"})),
                call("t3", json!({"action": "left_click"})),
            ]}),
            json!({"stop_reason": "end_turn", "content": [{"type": "text", "text": "INV-2043"}]}),
        ],
        "claude-test",
    );
    assert_eq!(words, "INV-2043");
    let (key, first) = &requests[0];
    assert_eq!(key.as_deref(), Some("secret"));
    assert_eq!(first["tools"][0]["input_schema"], json!({"type": "object"}));
    assert_eq!(
        first["messages"][0]["content"][0]["source"]["data"],
        "iVBORw0KGgo="
    );
    assert_eq!(first["messages"][0]["content"][1]["text"], "Do it.");
    let results = &requests[1].1["messages"][2]["content"];
    assert_eq!(results[0]["tool_use_id"], "t1");
    assert_eq!(results[0]["content"][0]["text"], "left click at (5, 6)");
    assert_eq!(results[0]["content"][1]["type"], "image");
    assert_eq!(results[1]["is_error"], true);
    assert_eq!(
        results[1]["content"][0]["text"],
        "unknown computer action \"drag\""
    );
    assert_eq!(
        results[2]["content"][0]["text"],
        "Not executed: an earlier computer action in this turn failed."
    );
}

#[test]
fn openai_chat_completions() {
    let (words, requests) = work(
        vec![
            json!({"choices": [{"finish_reason": "tool_calls", "message": {
                "role": "assistant", "content": null,
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {
                        "name": "computer", "arguments": "{\"action\":\"left_click\",\"coordinate\":[5,6]}"}},
                    {"id": "c2", "type": "function", "function": {"name": "computer", "arguments": "oops"}},
                ],
            }}]}),
            json!({"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "done"}}]}),
        ],
        "gpt-test",
    );
    assert_eq!(words, "done");
    let (key, first) = &requests[0];
    assert_eq!(key.as_deref(), Some("Bearer secret"));
    assert_eq!(first["tools"][0]["function"]["name"], "computer");
    let second = &requests[1].1["messages"];
    assert_eq!(second[1]["tool_calls"][0]["id"], "c1");
    assert_eq!(second[2]["content"], "left click at (5, 6)");
    assert!(
        second[3]["content"]
            .as_str()
            .unwrap()
            .starts_with("Error: ")
    );
    assert_eq!(second[4]["content"][1]["type"], "image_url");
}
