//! The providers' own computer tools: a neutral script is written as calls of the tool that was declared, and what the
//! providers refuse is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use nen_scripted_model::{Script, ScriptedModel};
use serde_json::{Value, json};

/// The smallest PNG there is of 1x1.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

const RESPONSES: &str = "/v1/responses";
const MESSAGES: &str = "/v1/messages";
const GEMINI: &str = "/v1beta/models/gemini-x:generateContent";

/// Sends one request to a server that would answer anything with these calls.
async fn ask(path: &str, beta: &str, body: &Value, calls: &Value) -> (u16, Value) {
    let script = json!([{"when": {"contains": ""}, "answer": {"calls": calls}}]).to_string();
    let server = ScriptedModel::start(Script::parse(&script).unwrap())
        .await
        .unwrap();
    let url = format!("{}{path}", server.url());
    let (body, beta) = (body.to_string(), beta.to_owned());
    let blocking = move || {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut response = agent
            .post(&url)
            .header("authorization", "Bearer k")
            .header("x-goog-api-key", "k")
            .header("anthropic-version", "2023-06-01")
            .header("anthropic-beta", &beta)
            .send(body.as_bytes())
            .unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_str(&text).unwrap())
    };
    tokio::task::spawn_blocking(blocking).await.unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "called with json!")]
fn computer(input: Value) -> Value {
    json!({"tool": "computer", "input": input})
}

fn neutral() -> Value {
    json!([
        computer(json!({"action": "left_click", "coordinate": [640, 400]})),
        computer(json!({"action": "key", "text": "ctrl+a"})),
        {"tool": "windows", "input": {"action": "list"}},
        computer(json!({"action": "wait"})),
    ])
}

fn flat(version: &str) -> Value {
    json!({"type": version, "name": "computer", "display_width_px": 1280, "display_height_px": 800})
}

#[expect(clippy::needless_pass_by_value, reason = "called with json!")]
fn messages(tools: Value) -> Value {
    json!({"model": "m", "max_tokens": 9, "tools": tools, "messages": [{"role": "user", "content": "go"}]})
}

/// What a refusal says.
async fn refusal(path: &str, beta: &str, body: &Value) -> String {
    let (status, answer) = ask(path, beta, body, &json!([])).await;
    assert_eq!(status, 400, "{answer}");
    answer["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn anthropics_tool_and_its_toolset_are_called_as_they_were_declared() {
    let beta = "other-2025-01-01, computer-use-2025-11-24";
    let (_, answer) = ask(
        MESSAGES,
        beta,
        &messages(json!([flat("computer_20251124")])),
        &neutral(),
    )
    .await;
    let said = &answer["content"];
    assert_eq!(said[1]["name"], "computer");
    assert_eq!(
        said[1]["input"],
        json!({"action": "left_click", "coordinate": [640, 400]})
    );
    assert_eq!(said[3]["name"], "windows");
    assert_eq!(said[4]["input"], json!({"action": "wait", "duration": 1}));

    let toolset = messages(json!([{"type": "computer_toolset_20260801"}]));
    let (_, answer) = ask(MESSAGES, "none", &toolset, &neutral()).await;
    let said = &answer["content"];
    assert_eq!(
        (&said[1]["name"], &said[1]["toolset_name"]),
        (&json!("left_click"), &json!("computer"))
    );
    assert_eq!(said[1]["input"], json!({"coordinate": [640, 400]}));
    assert_eq!(said[3].get("toolset_name"), None);

    let old = messages(json!([flat("computer_20241022")]));
    let (_, answer) = ask(MESSAGES, "computer-use-2024-10-22", &old, &neutral()).await;
    assert_eq!(
        answer["content"][4]["input"],
        json!({"action": "screenshot"})
    );
    let scroll = json!([computer(json!({"action": "scroll", "coordinate": [1, 1]}))]);
    let (status, answer) = ask(MESSAGES, "computer-use-2024-10-22", &old, &scroll).await;
    assert_eq!(status, 500, "{answer}");
}

#[tokio::test]
async fn anthropics_rules_for_its_computer_tools_are_kept() {
    for (version, beta) in [
        ("computer_20241022", "computer-use-2024-10-22"),
        ("computer_20250124", "computer-use-2025-01-24"),
        ("computer_20251124", "computer-use-2025-11-24"),
    ] {
        let body = messages(json!([flat(version)]));
        assert_eq!(ask(MESSAGES, beta, &body, &json!([])).await.0, 200);
        assert!(refusal(MESSAGES, "none", &body).await.contains(beta));
        let mut zoom = body.clone();
        zoom["tools"][0]["enable_zoom"] = json!(true);
        let status = ask(MESSAGES, beta, &zoom, &json!([])).await.0;
        assert_eq!(
            status,
            if version == "computer_20251124" {
                200
            } else {
                400
            }
        );
    }
    let set = json!({"type": "computer_toolset_20260801"});
    for (tools, words) in [
        (
            json!([{"type": "computer_toolset_20260801", "name": "computer"}]),
            "name",
        ),
        (
            json!([{"type": "computer_toolset_20260801", "configs": {"fly": {}}}]),
            "fly",
        ),
        (json!([set, set]), "only one"),
        (json!([{"type": "computer_20990101"}]), "unknown type"),
    ] {
        assert!(
            refusal(MESSAGES, "none", &messages(tools))
                .await
                .contains(words)
        );
    }
    let image = json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}});
    let mut good = messages(json!([set]));
    good["messages"] = json!([
        {"role": "user", "content": "go"},
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "1", "name": "screenshot", "toolset_name": "computer", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": [image]}]},
    ]);
    assert_eq!(ask(MESSAGES, "none", &good, &json!([])).await.0, 200);
    for (pointer, value) in [
        ("/messages/1/content/0/toolset_name", json!(null)),
        ("/messages/1/content/0/name", json!("fly")),
        ("/messages/2/content/0/content", json!("no image")),
        ("/messages/2/content/0/toolset_name", json!("browser")),
        ("/messages/2/content/0/is_error", json!(true)),
    ] {
        let mut bad = good.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap()[name] = value;
        refusal(MESSAGES, "none", &bad).await;
    }
}

#[tokio::test]
async fn openais_tools_are_called_and_answered_as_they_were_declared() {
    let body = json!({"model": "m", "tools": [{"type": "computer"}], "input": "go"});
    let (_, answer) = ask(RESPONSES, "", &body, &neutral()).await;
    let output = answer["output"].as_array().unwrap();
    let kinds: Vec<&str> = output
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "reasoning",
            "computer_call",
            "function_call",
            "computer_call"
        ]
    );
    assert_eq!(
        output[1]["actions"],
        json!([
            {"type": "click", "button": "left", "x": 640, "y": 400},
            {"type": "keypress", "keys": ["CTRL", "A"]},
        ])
    );
    assert_eq!(output[1]["pending_safety_checks"], json!([]));

    let shown = json!({"type": "computer_screenshot", "image_url": format!("data:image/png;base64,{PNG}"), "detail": "original"});
    let mut good = body.clone();
    good["input"] = json!([
        {"role": "user", "content": "go"},
        {"type": "computer_call", "id": "i", "call_id": "1", "actions": [{"type": "wait"}], "pending_safety_checks": [{"id": "s"}]},
        {"type": "computer_call_output", "call_id": "1", "output": shown, "acknowledged_safety_checks": [{"id": "s"}]},
    ]);
    let (status, answer) = ask(RESPONSES, "", &good, &json!([])).await;
    assert_eq!(status, 200, "{answer}");
    for (pointer, value) in [
        ("/input/1/actions", json!([])),
        ("/input/2/acknowledged_safety_checks", json!([])),
        ("/input/2/output/type", json!("input_image")),
        ("/input/2/output/image_url", json!(null)),
        ("/input/2/output/detail", json!("great")),
        ("/input/2/call_id", json!("2")),
        ("/input/2/type", json!("function_call_output")),
        ("/tools/0/display_width", json!(1280)),
        ("/previous_response_id", json!("resp_1")),
    ] {
        let mut bad = good.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap()[name] = value;
        refusal(RESPONSES, "", &bad).await;
    }
}

#[tokio::test]
async fn openais_preview_is_called_once_in_an_answer_and_wants_truncation() {
    let tool = json!({"type": "computer_use_preview", "display_width": 1280, "display_height": 800, "environment": "linux"});
    let mut body = json!({"model": "m", "tools": [tool], "input": "go", "truncation": "auto"});
    let (_, answer) = ask(RESPONSES, "", &body, &neutral()).await;
    let output = answer["output"].as_array().unwrap();
    assert_eq!(output.len(), 2);
    assert_eq!(output[1]["action"]["type"], "click");
    body["truncation"] = json!("disabled");
    assert!(refusal(RESPONSES, "", &body).await.contains("truncation"));
}

#[tokio::test]
async fn geminis_functions_point_on_its_grid_and_their_responses_hold_screenshots() {
    let mut body = json!({
        "tools": [{"computerUse": {"environment": "ENVIRONMENT_DESKTOP"}}],
        "contents": [{"role": "user", "parts": [{"text": "go"}]}],
    });
    let (_, answer) = ask(GEMINI, "", &body, &neutral()).await;
    let part = |at: usize| &answer["candidates"][0]["content"]["parts"][at]["functionCall"];
    assert_eq!(part(0)["name"], "click");
    assert_eq!(
        (&part(0)["args"]["x"], &part(0)["args"]["y"]),
        (&json!(500), &json!(500))
    );
    assert_eq!(
        (&part(1)["name"], &part(1)["args"]["keys"]),
        (&json!("hotkey"), &json!(["ctrl", "a"]))
    );
    assert_eq!(part(2)["args"], json!({"action": "list"}));
    assert_eq!(part(3)["name"], "wait");

    body["contents"] = json!([
        {"role": "user", "parts": [{"text": "go"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "click", "args": {}, "id": "1"}, "thoughtSignature": "c2NyaXB0ZWQ="}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "click", "id": "1", "response": {"output": "ok"},
            "parts": [{"inline_data": {"mime_type": "image/png", "data": PNG}}]}}]},
    ]);
    assert_eq!(ask(GEMINI, "", &body, &json!([])).await.0, 200);
    body["contents"][2]["parts"][0]["functionResponse"]["parts"] = json!([]);
    assert!(refusal(GEMINI, "", &body).await.contains("screenshot"));
    body["tools"][0]["computerUse"]["environment"] = json!("ENVIRONMENT_MOON");
    assert!(refusal(GEMINI, "", &body).await.contains("environment"));
}
