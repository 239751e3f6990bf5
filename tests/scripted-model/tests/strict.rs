//! What the providers refuse, the scripted model refuses, so that a test with it means something.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use nen_scripted_model::{Script, ScriptedModel, Step};
use serde_json::{Value, json};

/// The smallest PNG there is of 1x1.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

struct Asked {
    status: u16,
    body: Value,
}

/// Sends one request to a server that would answer anything.
async fn ask(path: &str, headers: &[(&str, &str)], body: &Value) -> Asked {
    let always = r#"[{"when": {"contains": ""}, "answer": {"text": "hello"}}]"#;
    let server = ScriptedModel::start(Script::parse(always).unwrap())
        .await
        .unwrap();
    post(&format!("{}{path}", server.url()), headers, body).await
}

async fn post(url: &str, headers: &[(&str, &str)], body: &Value) -> Asked {
    let url = url.to_owned();
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let body = body.to_string();
    let blocking = move || {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut request = agent.post(&url);
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let mut response = request.send(body.as_bytes()).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        Asked {
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    };
    tokio::task::spawn_blocking(blocking).await.unwrap()
}

/// Changes a good request in one way each; every one has to be refused, and the good one taken.
async fn refuses(path: &str, headers: &[(&str, &str)], good: &Value, changes: &[(&str, Value)]) {
    let asked = ask(path, headers, good).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert_eq!(
        ask(path, &[], good).await.status,
        if path.contains("chat") { 200 } else { 401 }
    );
    for (pointer, value) in changes {
        let mut bad = good.clone();
        match bad.pointer_mut(pointer) {
            Some(place) => *place = value.clone(),
            None => {
                let (parent, name) = pointer.rsplit_once('/').unwrap();
                bad.pointer_mut(parent).unwrap()[name] = value.clone();
            }
        }
        let asked = ask(path, headers, &bad).await;
        assert_eq!(asked.status, 400, "{pointer} = {value}: {}", asked.body);
        assert!(
            asked
                .body
                .pointer("/error/message")
                .is_some_and(Value::is_string)
        );
    }
}

#[tokio::test]
async fn anthropics_rules_are_kept() {
    let headers = [("x-api-key", "k"), ("anthropic-version", "2023-06-01")];
    let good = json!({
        "model": "claude-x", "max_tokens": 10,
        "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}],
        "tools": [{"name": "t", "description": "d", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "tool", "name": "t"},
        "messages": [
            {"role": "user", "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}]},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "t", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "ok"}]}]},
        ],
    });
    refuses(
        "/v1/messages",
        &headers,
        &good,
        &[
            ("/max_tokens", json!(null)),
            ("/temprature", json!(1)),
            ("/tools/0/input_schema", json!({"type": "array"})),
            (
                "/tools/0/input_schema",
                json!({"type": "object", "properties": {"a": {"type": "nonsense"}}}),
            ),
            ("/tool_choice/name", json!("other")),
            ("/messages/0/role", json!("assistant")),
            ("/messages/0/content/0/source/data", json!("not base64!")),
            (
                "/messages/0/content/0/source/media_type",
                json!("image/jpeg"),
            ),
            (
                "/messages/0/content/0/source/media_type",
                json!("image/tiff"),
            ),
            ("/messages/0/content/0", json!({"type": "text", "text": ""})),
            ("/messages/1/content/0/input", json!("text")),
            (
                "/messages/1/content/0",
                json!({"type": "thinking", "thinking": "", "signature": "forged"}),
            ),
            ("/messages/2/content/0/tool_use_id", json!("2")),
            (
                "/messages/2/content",
                json!([{"type": "text", "text": "no result"}]),
            ),
            (
                "/messages/2/content/0/cache_control",
                json!({"type": "forever"}),
            ),
        ],
    )
    .await;
    let without_version = ask("/v1/messages", &headers[..1], &good).await;
    assert_eq!(without_version.status, 400);
}

#[tokio::test]
async fn the_rules_of_responses_are_kept() {
    let headers = [("authorization", "Bearer k")];
    let good = json!({
        "model": "gpt-x", "instructions": "s", "store": false,
        "tools": [{"type": "function", "name": "t", "description": "d", "parameters": {"type": "object"}}],
        "input": [
            {"role": "user", "content": [{"type": "input_image", "image_url": format!("data:image/png;base64,{PNG}"), "detail": "high"}]},
            {"type": "reasoning", "id": "r", "encrypted_content": "gAAAAscripted1"},
            {"type": "function_call", "call_id": "1", "name": "t", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": [{"type": "input_text", "text": "ok"}]},
        ],
    });
    refuses(
        "/v1/responses",
        &headers,
        &good,
        &[
            ("/messages", json!([])),
            (
                "/input/0/content/0/image_url",
                json!("https://elsewhere.example/x.png"),
            ),
            ("/input/0/content/0/detail", json!("great")),
            ("/input/0/content/0/type", json!("image_url")),
            ("/input/1/encrypted_content", json!("forged")),
            ("/input/2/call_id", json!("2")),
            ("/input/3/call_id", json!("2")),
            ("/input/3/output", json!([])),
            (
                "/input/3",
                json!({"role": "user", "content": [{"type": "input_text", "text": "no result"}]}),
            ),
            ("/tool_choice", json!({"type": "function", "name": "other"})),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_rules_of_chat_completions_are_kept() {
    let headers = [("authorization", "Bearer k")];
    let good = json!({
        "model": "m",
        "tools": [{"type": "function", "function": {"name": "t", "description": "d", "parameters": {"type": "object"}}}],
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{PNG}")}}]},
            {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "t", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "1", "content": "ok"},
        ],
    });
    refuses("/v1/chat/completions", &headers, &good, &[
        ("/messages/2/tool_calls/0/function/arguments", json!("{oops")),
        ("/messages/3/content", json!([{"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{PNG}")}}])),
        ("/messages/3/tool_call_id", json!("2")),
        ("/messages/3", json!({"role": "user", "content": [{"type": "text", "text": "no result"}]})),
        ("/messages/2", json!({"role": "assistant", "content": ""})),
        ("/messages/0/role", json!("assistant")),
        ("/tools/0/function/name", json!("a name")),
    ])
    .await;
}

#[tokio::test]
async fn geminis_rules_are_kept() {
    let headers = [("x-goog-api-key", "k")];
    let good = json!({
        "systemInstruction": {"parts": [{"text": "s"}]},
        "tools": [{"functionDeclarations": [{"name": "t", "description": "d", "parametersJsonSchema": {"type": "object"}}]}],
        "contents": [
            {"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": PNG}}]},
            {"role": "model", "parts": [{"functionCall": {"name": "t", "args": {}, "id": "1"}, "thoughtSignature": "c2NyaXB0ZWQ="}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "t", "id": "1", "response": {"output": "ok"}}}]},
        ],
    });
    refuses("/v1beta/models/gemini-x:generateContent", &headers, &good, &[
        ("/contents/1/role", json!("assistant")),
        ("/contents/1/parts/0/thoughtSignature", json!("forged")),
        ("/contents/2/parts/0/functionResponse/id", json!("2")),
        ("/contents/2/parts/0/functionResponse/response", json!("ok")),
        ("/contents/2/parts", json!([{"text": "no result"}])),
        ("/contents/0/parts/0/inlineData/mimeType", json!("image/webp")),
        ("/tools/0/functionDeclarations/0/parameters", json!({})),
        ("/toolConfig", json!({"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["other"]}})),
    ])
    .await;
}

#[tokio::test]
async fn what_was_received_can_be_read_without_the_keys() {
    let server = ScriptedModel::start(vec![Step::text("one")]).await.unwrap();
    let url = format!("{}/v1/chat/completions", server.url());
    let body = json!({"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]});
    let key = [("authorization", "Bearer sk-secret")];
    assert_eq!(post(&url, &key, &body).await.status, 200);
    assert_eq!(
        post(&url, &key, &body).await.status,
        400,
        "the script is over"
    );
    let listed = format!("{}/requests", server.url());
    let text = tokio::task::spawn_blocking(move || {
        ureq::get(&listed)
            .call()
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap()
    })
    .await
    .unwrap();
    let requests: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(requests[0]["body"], body);
    assert_eq!(requests[0]["headers"]["authorization"], "present");
    assert!(
        requests[1]["refused"]
            .as_str()
            .unwrap()
            .contains("no answer left")
    );
    assert!(!text.contains("sk-secret"));
}
