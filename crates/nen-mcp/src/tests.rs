//! The tools as a client has them, over an API of the tests'.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};

use crate::fake_api::{Answer, Asked, FakeApi};
use crate::tools::TABLE;
use crate::{ApiError, HttpDoor, Refusal};

const DESKTOP: &str = "dsk_000000000001";

fn door() -> HttpDoor {
    HttpDoor::new()
}

fn request(body: &Value) -> http::request::Builder {
    assert!(body.is_object());
    Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
}

async fn json_of<B>(response: Response<B>) -> Value
where
    B: http_body::Body<Data = Bytes>,
    B::Error: std::fmt::Debug,
{
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

async fn ask(api: &Arc<FakeApi>, body: Value) -> Value {
    let request = request(&body).body(Full::new(Bytes::from(body.to_string())));
    let answer = door().answer("key", api.clone(), request.unwrap()).await;
    json_of(answer.unwrap()).await
}

fn calling(name: &str, arguments: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}})
}

/// The result of a tool and what it asked of the API.
async fn call(name: &str, arguments: Value, answers: Vec<Answer>) -> (Value, Vec<Asked>) {
    let api = FakeApi::new(answers);
    let answer = ask(&api, calling(name, &arguments)).await;
    (answer["result"].clone(), api.asked())
}

fn desktop(id: &str, status: &str, metadata: &Value) -> Value {
    json!({
        "desktop_id": id, "desktop_type": "sandbox", "status": status, "workspace_id": "ws",
        "display": {"width": 2560, "height": 1600}, "tools": ["computer"], "network": "internet",
        "provisioning": "cold", "idle_timeout_seconds": 0, "on_idle": "pause", "metadata": metadata,
        "created_at": 0, "updated_at": 0,
    })
}

fn asked(asked: &[Asked]) -> Vec<&str> {
    asked.iter().map(|asked| asked.what.as_str()).collect()
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

/// The head of a PNG of this size; nobody looks further.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes
}

#[tokio::test]
async fn every_tool_says_what_it_does_and_what_it_takes() {
    let api = FakeApi::new([]);
    let list = ask(
        &api,
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
    )
    .await;
    let tools = list["result"]["tools"].as_array().unwrap();
    assert_eq!(tools.len(), TABLE.len());
    for tool in tools {
        let name = tool["name"].as_str().unwrap();
        assert!(name.starts_with("nen_"), "{name}");
        assert!(tool["description"].as_str().unwrap().len() > 20, "{name}");
        let hints = &tool["annotations"];
        assert_eq!(hints["title"], tool["title"], "{name}");
        for hint in [
            "readOnlyHint",
            "destructiveHint",
            "idempotentHint",
            "openWorldHint",
        ] {
            assert!(hints[hint].is_boolean(), "{name} {hint}");
        }
        let schema = &tool["inputSchema"];
        assert_eq!(schema["type"], "object", "{name}");
        assert_eq!(schema["additionalProperties"], false, "{name}");
        for (property, of) in schema["properties"].as_object().unwrap() {
            let described = of["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty());
            assert!(described, "{name} {property}");
        }
        assert!(tool["outputSchema"].is_null() || tool["outputSchema"]["type"] == "object");
    }
}

#[tokio::test]
async fn a_desktop_s_tools_are_seen_with_the_schema_that_the_api_has() {
    let api = FakeApi::new([]);
    let list = ask(
        &api,
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
    )
    .await;
    for name in nen_protocol::tools::NAMES {
        let tools = list["result"]["tools"].as_array().unwrap();
        let mut tool = tools
            .iter()
            .find(|tool| tool["name"] == format!("nen_{name}"))
            .unwrap()
            .clone();
        let schema = tool["inputSchema"].as_object_mut().unwrap();
        let properties = schema["properties"].as_object_mut().unwrap();
        assert!(properties.remove("desktop_id").is_some());
        schema.remove("additionalProperties");
        let wanted = nen_protocol::tools::schema(name).unwrap().parameters;
        assert_eq!(tool["inputSchema"], wanted);
    }
}

#[tokio::test]
async fn an_action_is_done_and_told_with_the_screen_as_it_is_then() {
    let image = STANDARD.encode(png(1280, 800));
    let reply = json!({"status": "ok", "output": "left click at (5, 3)", "coordinate": [5, 3], "base64_image": image, "changed": false});
    let arguments =
        json!({"desktop_id": DESKTOP, "action": "left_click", "coordinate": [5, 3], "text": null});
    let (result, calls) = call("nen_computer", arguments, vec![Answer::Json(200, reply)]).await;
    assert_eq!(asked(&calls), [format!("POST /desktops/{DESKTOP}/execute")]);
    assert_eq!(
        calls[0].body["action"],
        json!({"tool": "computer", "action": "left_click", "params": {"coordinate": [5, 3]}})
    );
    assert_eq!(calls[0].body["image"]["max_width"], 1568);
    assert_eq!(
        text(&result),
        "left click at (5, 3)\nThe screen did not change."
    );
    assert_eq!(
        result["content"][1],
        json!({"type": "image", "data": image, "mimeType": "image/png"})
    );
    assert_eq!(result["isError"], false);
}

#[tokio::test]
async fn a_scaled_image_comes_with_what_that_means_for_coordinates() {
    let image = STANDARD.encode(png(1568, 980));
    let reply = json!({"status": "ok", "output": "done", "base64_image": image, "changed": true});
    let answers = vec![
        Answer::Json(200, reply),
        Answer::Json(200, desktop(DESKTOP, "running", &json!({}))),
    ];
    let arguments = json!({"desktop_id": DESKTOP, "action": "screenshot"});
    let (result, calls) = call("nen_computer", arguments, answers).await;
    assert_eq!(asked(&calls)[1], format!("GET /desktops/{DESKTOP}"));
    assert!(text(&result).contains("scaled to 1568x980"), "{result}");
    assert!(
        text(&result).contains("2560x1600: multiply by 1.633"),
        "{result}"
    );

    let answers = vec![
        Answer::Bytes("image/png", png(640, 400)),
        Answer::Json(200, desktop(DESKTOP, "running", &json!({}))),
    ];
    let arguments = json!({"desktop_id": DESKTOP, "max_width": 640});
    let (result, calls) = call("nen_screenshot", arguments, answers).await;
    assert_eq!(
        asked(&calls)[0],
        format!("GET /desktops/{DESKTOP}/screenshot?max_width=640&max_height=1568")
    );
    assert!(text(&result).contains("multiply by 4.000"), "{result}");
    assert_eq!(result["content"][1]["mimeType"], "image/png");
}

#[tokio::test]
async fn a_failure_is_the_api_s_own_sentence_and_no_error_of_the_protocol() {
    for (answer, sentence) in [
        (
            Answer::Json(409, json!({"error": "a person holds this desktop"})),
            "a person holds this desktop",
        ),
        (
            Answer::Json(404, json!({"error": "not_found", "message": "no run x"})),
            "no run x",
        ),
        (
            Answer::Bytes("text/html", b"<html>".to_vec()),
            "cannot be understood",
        ),
        (
            Answer::Error(ApiError::Unreachable("no server answers".into())),
            "no server answers",
        ),
    ] {
        let arguments = json!({"desktop_id": DESKTOP});
        let (result, _) = call("nen_get_desktop", arguments, vec![answer]).await;
        assert_eq!(result["isError"], true, "{result}");
        assert!(text(&result).contains(sentence), "{result}");
    }
    let (result, calls) = call("nen_read_file", json!({"path": 7}), vec![]).await;
    assert_eq!(result["isError"], true);
    assert!(text(&result).starts_with("path: invalid type"), "{result}");
    assert!(calls.is_empty());
}

#[tokio::test]
async fn unknown_tools_and_arguments_are_errors_of_the_protocol() {
    let api = FakeApi::new([]);
    for (name, arguments, says) in [
        ("nen_no_such", json!({}), "unknown tool"),
        (
            "nen_list_desktops",
            json!({"team": "x"}),
            "no argument \"team\"",
        ),
        (
            "nen_computer",
            json!({"action": "key", "key": "a"}),
            "no argument \"key\"",
        ),
    ] {
        let answer = ask(&api, calling(name, &arguments)).await;
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(says), "{message}");
    }
}

#[tokio::test]
async fn the_only_desktop_that_runs_needs_no_name() {
    let list = |desktops: Value| Answer::Json(200, desktops);
    let one = json!([
        desktop(DESKTOP, "running", &json!({})),
        desktop("dsk_2", "paused", &json!({})),
        desktop("dsk_3", "running", &json!({"nen.run": "x"})),
    ]);
    let done = Answer::Json(200, json!({"status": "ok", "output": "[]"}));
    let (_, calls) = call(
        "nen_windows",
        json!({"action": "list"}),
        vec![list(one), done],
    )
    .await;
    assert_eq!(
        asked(&calls),
        [
            "GET /desktops".to_owned(),
            format!("POST /desktops/{DESKTOP}/execute")
        ]
    );
    for (desktops, says) in [
        (json!([]), "create one with nen_create_desktop"),
        (
            json!([desktop("dsk_2", "paused", &json!({}))]),
            "paused (dsk_2)",
        ),
        (
            json!([
                desktop("dsk_1", "running", &json!({})),
                desktop("dsk_2", "running", &json!({}))
            ]),
            "2 desktops are running (dsk_1, dsk_2)",
        ),
    ] {
        let (result, _) = call("nen_screenshot", json!({}), vec![list(desktops)]).await;
        assert_eq!(result["isError"], true);
        assert!(text(&result).contains(says), "{result}");
    }
    // What cannot be taken back is not done to a desktop that was only guessed.
    let (result, calls) = call("nen_delete_desktop", json!({}), vec![]).await;
    assert!(text(&result).contains("desktop_id"), "{result}");
    assert!(calls.is_empty());
}

#[tokio::test]
async fn a_new_desktop_has_all_tools_unless_told_otherwise() {
    let made = || vec![Answer::Json(201, desktop(DESKTOP, "running", &json!({})))];
    let (result, calls) = call("nen_create_desktop", json!({"name": "n"}), made()).await;
    assert_eq!(
        calls[0].body,
        json!({"name": "n", "tools": ["computer", "bash", "clipboard", "windows"]})
    );
    assert_eq!(result["structuredContent"]["desktop_id"], DESKTOP);
    let (_, calls) = call("nen_create_desktop", json!({"tools": ["computer"]}), made()).await;
    assert_eq!(calls[0].body, json!({"tools": ["computer"]}));
}

#[tokio::test]
async fn a_file_is_read_as_what_it_is() {
    let read = |bytes: Vec<u8>| {
        let arguments = json!({"desktop_id": DESKTOP, "path": "Downloads/a.png"});
        call(
            "nen_read_file",
            arguments,
            vec![Answer::Bytes("image/png", bytes)],
        )
    };
    let (result, calls) = read("Zahlung ✓\n".into()).await;
    assert_eq!(
        asked(&calls),
        [format!(
            "GET /desktops/{DESKTOP}/files/a.png?path=Downloads"
        )]
    );
    assert_eq!(text(&result), "Zahlung ✓\n");
    let (result, _) = read(png(1, 1)).await;
    assert_eq!(result["content"][0]["type"], "image");
    let (result, _) = read(vec![0xff, 0x00, 0xfe]).await;
    assert_eq!(result["content"][0]["resource"]["blob"], "/wD+");
    for size in [(1 << 20) + 1, (4 << 20) + 1] {
        let (result, _) = read(vec![b'a'; size]).await;
        assert_eq!(result["isError"], true);
        assert!(
            text(&result).contains("too large to be read here"),
            "{result}"
        );
    }
}

#[tokio::test]
async fn a_file_is_written_byte_for_byte() {
    for (encoding, content) in [("text", "héllo"), ("base64", "aMOpbGxv")] {
        let arguments = json!({"desktop_id": DESKTOP, "path": "/drive/in/a.txt", "content": content, "encoding": encoding});
        let answer = Answer::Json(
            200,
            json!({"success": true, "size": 6, "filename": "a.txt"}),
        );
        let (result, calls) = call("nen_write_file", arguments, vec![answer]).await;
        assert_eq!(
            calls[0].what,
            format!("POST /desktops/{DESKTOP}/files/a.txt?path=in")
        );
        assert_eq!(calls[0].body, "héllo");
        assert_eq!(result["structuredContent"]["size"], 6);
    }
}

#[tokio::test]
async fn a_run_is_started_with_what_the_workflow_s_schema_asks_for() {
    let workflow = json!({
        "workflowId": "w1", "name": "invoices", "version": 2, "secureFields": [], "network": "none", "createdAt": 0, "updatedAt": 0,
        "paramsSchema": {"type": "object", "properties": {"month": {"type": "string"}, "most": {"type": "integer"}}},
        "resultSchema": {"type": "object"},
    });
    let accepted =
        json!({"message": "Job accepted for processing.", "messageId": "m1", "workflowId": "w1"});
    let gone = json!({"error": "forbidden", "message": "no"});
    let answers = vec![
        Answer::Json(200, workflow),
        Answer::Json(202, accepted),
        Answer::Json(403, gone),
    ];
    let arguments = json!({"workflowId": "w1", "params": {"month": "10", "most": "7"}});
    let (result, calls) = call("nen_run", arguments, answers).await;
    assert_eq!(
        asked(&calls),
        ["GET /workflows/w1", "POST /runs", "GET /runs/m1"]
    );
    assert_eq!(
        calls[1].body,
        json!({"workflow_id": "w1", "workflow_params": {"month": "10", "most": 7}})
    );
    assert_eq!(
        result["structuredContent"],
        json!({"messageId": "m1", "liveViewUrl": null})
    );
}

#[tokio::test]
async fn a_call_ends_with_its_connection() {
    let api = FakeApi::new([Answer::Never]);
    let body = calling("nen_list_desktops", &json!({}));
    let request = request(&body).body(Full::new(Bytes::from(body.to_string())));
    let door = door();
    let answering = door.answer("key", api.clone(), request.unwrap());
    let ended = tokio::select! {
        _ = answering => false,
        () = until(|| api.asked().len() == 1) => true,
    };
    assert!(ended);
    until(|| api.called_off() == 1).await;
}

#[tokio::test]
async fn a_client_of_an_older_version_ends_its_call_by_a_message() {
    let door = door();
    let introduction = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}});
    let hello = request(&introduction).body(Full::new(Bytes::from(introduction.to_string())));
    let hello = door
        .answer("key", FakeApi::new([]), hello.unwrap())
        .await
        .unwrap();
    let session = hello.headers()["mcp-session-id"].clone();
    assert_eq!(
        json_of(hello).await["result"]["protocolVersion"],
        "2025-06-18"
    );

    let api = FakeApi::new([Answer::Never]);
    let send = |owner: &'static str, body: Value| {
        let request = request(&body)
            .header("mcp-session-id", session.clone())
            .body(Full::new(Bytes::from(body.to_string())))
            .unwrap();
        let (door, api) = (door.clone(), api.clone());
        async move { door.answer(owner, api, request).await.unwrap().status() }
    };
    let cancelled =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    let call = tokio::spawn(send("key", calling("nen_list_desktops", &json!({}))));
    until(|| api.asked().len() == 1).await;
    // Whoever knows the session's name and not its key ends nothing.
    assert_eq!(send("other", cancelled.clone()).await, StatusCode::ACCEPTED);
    assert_eq!(api.called_off(), 0);
    assert_eq!(send("key", cancelled).await, StatusCode::ACCEPTED);
    assert_eq!(call.await.unwrap(), StatusCode::ACCEPTED);
    until(|| api.called_off() == 1).await;
}

#[tokio::test]
async fn what_is_no_message_is_refused_with_a_sentence() {
    let refused = |content: &'static str, accept: &'static str, body: Vec<u8>| async move {
        let request = Request::post("/mcp")
            .header("host", "localhost")
            .header("content-type", content)
            .header("accept", accept)
            .body(Full::new(Bytes::from(body)));
        let refusal: Refusal = door()
            .answer("key", FakeApi::new([]), request.unwrap())
            .await
            .unwrap_err();
        (refusal.status.as_u16(), refusal.message)
    };
    let (json, both) = ("application/json", "application/json, text/event-stream");
    let ping = || br#"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"#.to_vec();
    assert_eq!(refused("text/plain", both, ping()).await.0, 415);
    assert_eq!(refused(json, json, ping()).await.0, 406);
    for body in ["", "[]", "{}", "{\"id\": 1}", "nonsense"] {
        let (status, message) = refused(json, both, body.into()).await;
        assert_eq!(status, 400, "{body}");
        assert!(message.contains("one JSON-RPC message"), "{message}");
    }
    assert_eq!(refused(json, both, vec![b' '; (16 << 20) + 1]).await.0, 413);
}

/// Waits for something, with a deadline.
async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting)
        .await
        .unwrap();
}
