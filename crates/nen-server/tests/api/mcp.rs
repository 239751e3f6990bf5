//! MCP over HTTP: who may speak, and that a tool can do what its key can and nothing more.

use crate::app::{App, Reply};
use axum::body::Body;
use axum::http::{Method, Request};
use nen_fleet::FleetConfig;
use nen_server::ServerConfig;
use nen_store::Scope;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const BOTH: (&str, &str) = ("accept", "application/json, text/event-stream");
const JSON: (&str, &str) = ("content-type", "application/json");

async fn speak(app: &App, key: &str, more: &[(&str, &str)], message: &Value) -> Reply {
    let headers = [&[BOTH, JSON], more].concat();
    app.call_as(key, Method::POST, "/mcp", &headers, message.to_string())
        .await
}

fn calling(name: &str, arguments: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": name, "arguments": arguments}})
}

/// The result of a tool.
async fn call(app: &App, key: &str, name: &str, arguments: Value) -> Value {
    let reply = speak(app, key, &[], &calling(name, &arguments)).await;
    reply.good()["result"].clone()
}

fn sentence(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    result["content"][0]["text"].as_str().unwrap()
}

#[tokio::test]
async fn nobody_speaks_without_a_key_or_from_elsewhere() {
    let app = App::start().await;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    for key in [None, Some("sk_nen_invalid_key")] {
        let mut request = Request::post("/mcp")
            .header(BOTH.0, BOTH.1)
            .header(JSON.0, JSON.1);
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        let reply = app
            .send(request.body(Body::from(list.to_string())).unwrap())
            .await;
        reply.error(401);
    }
    let elsewhere = [("host", "evil.example")];
    speak(&app, &app.admin, &elsewhere, &list).await.error(421);
    let elsewhere = [("origin", "https://evil.example")];
    speak(&app, &app.admin, &elsewhere, &list).await.error(403);
    let here = speak(
        &app,
        &app.admin,
        &[("origin", "http://localhost:8700")],
        &list,
    )
    .await;
    assert!(here.good()["result"]["tools"].as_array().unwrap().len() > 20);
}

#[tokio::test]
async fn a_public_name_is_as_good_as_a_local_one() {
    let config = ServerConfig {
        listen_ip: "0.0.0.0".parse().unwrap(),
        ..ServerConfig::default()
    };
    let app = App::with(config, FleetConfig::default()).await;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let host = [("host", "nen.example.com")];
    speak(&app, &app.admin, &host, &list).await.good();
}

#[tokio::test]
async fn a_tool_can_do_what_its_key_can() {
    let app = App::start().await;
    let reader = app.key(&[Scope::DesktopsRead]).await;
    let foreign = app.foreign_key().await;
    let refused = call(&app, &reader, "nen_create_desktop", json!({})).await;
    assert!(sentence(&refused).contains("desktops:write"), "{refused}");
    let refused = call(&app, &reader, "nen_list_workflows", json!({})).await;
    assert!(sentence(&refused).contains("workflows:read"), "{refused}");

    let made = call(
        &app,
        &app.admin,
        "nen_create_desktop",
        json!({"name": "mine"}),
    )
    .await;
    let id = made["structuredContent"]["desktop_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let seen = call(&app, &reader, "nen_list_desktops", json!({})).await;
    assert_eq!(seen["structuredContent"]["desktops"][0]["name"], "mine");
    let nothing = call(&app, &foreign, "nen_list_desktops", json!({})).await;
    assert_eq!(nothing["structuredContent"]["desktops"], json!([]));
    let theirs = call(
        &app,
        &foreign,
        "nen_delete_desktop",
        json!({"desktop_id": id}),
    )
    .await;
    let through_http = app
        .call_as(
            &foreign,
            Method::DELETE,
            &format!("/desktops/{id}"),
            &[],
            "",
        )
        .await;
    assert_eq!(sentence(&theirs), through_http.error(404));
}

#[tokio::test]
async fn of_a_message_s_headers_only_key_and_host_go_along() {
    let app = App::start().await;
    let message = calling("nen_create_desktop", &json!({}));
    let mut ids = Vec::new();
    for _ in 0..2 {
        let reply = speak(&app, &app.admin, &[("idempotency-key", "one")], &message).await;
        ids.push(reply.good()["result"]["structuredContent"]["desktop_id"].clone());
    }
    assert_ne!(ids[0], ids[1]);
    let host = [("host", "127.0.0.1:9999")];
    let message = calling("nen_open_session", &json!({"desktop_id": ids[0]}));
    let reply = speak(&app, &app.admin, &host, &message).await.good();
    let href = reply["result"]["structuredContent"]["href"]
        .as_str()
        .unwrap();
    assert!(href.starts_with("http://127.0.0.1:9999/view/"), "{href}");
}

#[tokio::test]
async fn what_a_message_began_ends_with_its_connection() {
    let app = Arc::new(App::start().await);
    let id = app.desktop().await;
    let seen = app.driver.seen(&id);
    let calling = {
        let (app, id) = (app.clone(), id.clone());
        tokio::spawn(async move {
            let arguments = json!({"desktop_id": id, "action": "slow"});
            call(&app, &app.admin, "nen_computer", arguments).await
        })
    };
    seen.slow_began.notified().await;
    calling.abort();
    let dropped = seen.slow_dropped.notified();
    tokio::time::timeout(Duration::from_secs(10), dropped)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_session_is_a_name_that_is_worth_nothing_to_other_keys() {
    let app = Arc::new(App::start().await);
    let id = app.desktop().await;
    let seen = app.driver.seen(&id);
    let hello = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}});
    let hello = speak(&app, &app.admin, &[], &hello).await;
    let session = hello.header("mcp-session-id").to_owned();
    assert!(!session.is_empty());
    let calling = {
        let (app, session) = (app.clone(), session.clone());
        let message = calling("nen_computer", &json!({"desktop_id": id, "action": "slow"}));
        tokio::spawn(async move {
            let session = [("mcp-session-id", session.as_str())];
            speak(&app, &app.admin, &session, &message).await
        })
    };
    seen.slow_began.notified().await;
    let end =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}});
    let other = app.key(&[Scope::Admin]).await;
    let session = [("mcp-session-id", session.as_str())];
    assert_eq!(speak(&app, &other, &session, &end).await.status, 202);
    assert!(!calling.is_finished());
    assert_eq!(speak(&app, &app.admin, &session, &end).await.status, 202);
    assert_eq!(calling.await.unwrap().status, 202);
    // There is no stream to open and no session to end.
    for method in [Method::GET, Method::DELETE] {
        let reply = app.call(method, "/mcp", &session, "").await;
        assert!(reply.error(405).contains("use POST"));
    }
}

#[tokio::test]
async fn what_is_no_message_is_refused_in_the_shape_of_the_api() {
    let app = App::start().await;
    let wrong = app
        .call(Method::POST, "/mcp", &[JSON, BOTH], "nonsense")
        .await;
    assert!(wrong.error(400).contains("JSON-RPC"));
    let wrong = app.call(Method::POST, "/mcp", &[JSON], "{}").await;
    assert!(wrong.error(406).contains("text/event-stream"));
}
