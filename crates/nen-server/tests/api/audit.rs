//! Who did what.

use crate::app::App;
use axum::body::Body;
use axum::http::{Method, Request};
use nen_server::ServerConfig;
use nen_store::Scope;
use serde_json::{Value, json};
use std::time::Duration;

async fn entries(app: &App, query: &str) -> Vec<Value> {
    let list = app.get(&format!("/audit{query}")).await.good();
    list["entries"].as_array().unwrap().clone()
}

/// The newest entry of an action.
async fn newest(app: &App, action: &str) -> Value {
    let found = entries(app, &format!("?action={action}&limit=1")).await;
    found
        .first()
        .unwrap_or_else(|| panic!("no {action}"))
        .clone()
}

async fn sign_in(app: &App, body: Value) -> u16 {
    let request = Request::post("/auth")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    app.send(request).await.status.as_u16()
}

#[tokio::test]
async fn an_entry_says_who_did_what_to_what_by_which_request() {
    let app = App::start().await;
    let reply = app
        .call(
            Method::POST,
            "/keys",
            &[
                ("content-type", "application/json"),
                ("x-request-id", "ticket-17"),
            ],
            json!({"name": "robot", "scopes": ["desktops:read"]}).to_string(),
        )
        .await;
    let key = reply.good();
    let entry = newest(&app, "key.create").await;
    let own = app.get("/auth").await.good();
    assert_eq!(entry["object"], key["id"]);
    assert_eq!(entry["key_id"], own["key_id"]);
    assert_eq!(entry["actor"], own["name"]);
    assert_eq!(entry["request_id"], "ticket-17");
    assert_eq!(entry["detail"]["name"], "robot");
    assert_eq!(entry["detail"]["scopes"], json!(["desktops:read"]));
    assert!(entry["id"].as_str().unwrap().starts_with("aud_"));
    assert!(entry["at"].as_f64().unwrap() > 1.7e9);
    let secret = key["secret"].as_str().unwrap();
    assert!(!app.get("/audit").await.text().contains(secret));
    app.delete(&format!("/keys/{}", key["id"].as_str().unwrap()))
        .await
        .good();
    assert_eq!(newest(&app, "key.revoke").await["object"], key["id"]);
}

#[tokio::test]
async fn every_kind_of_deed_is_written_down() {
    let app = App::start().await;
    let id = app.desktop().await;
    assert_eq!(newest(&app, "desktop.create").await["object"], id);
    // The live view, by a key and by a link.
    let session = format!("/desktops/{id}/session");
    let token = app.viewer_token(&id, json!({"interactive": true})).await;
    let opened = newest(&app, "live_view.open").await;
    assert_eq!(
        (&opened["object"], &opened["detail"]["interactive"]),
        (&json!(id), &json!(true))
    );
    let takeover = format!("/desktops/{id}/view/takeover?token={token}");
    for (method, action) in [
        (Method::POST, "control.take"),
        (Method::DELETE, "control.return"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(&takeover)
            .body(Body::empty());
        app.send(request.unwrap()).await.good();
        let entry = newest(&app, action).await;
        assert_eq!(
            (&entry["actor"], &entry["object"]),
            (&json!("human"), &json!(id))
        );
        assert_eq!(entry["key_id"], Value::Null);
    }
    app.put(&session, json!({"interactive": true, "takeover": true}))
        .await
        .good();
    assert_ne!(newest(&app, "control.take").await["key_id"], Value::Null);
    app.delete(&session).await.good();
    assert_eq!(newest(&app, "live_view.end").await["object"], id);
    assert_ne!(newest(&app, "control.return").await["key_id"], Value::Null);
    app.delete(&format!("/desktops/{id}")).await.good();
    assert_eq!(newest(&app, "desktop.delete").await["object"], id);
    // Browsers.
    let link = app.post("/auth/links", json!({})).await.good();
    let code = link["href"]
        .as_str()
        .unwrap()
        .rsplit_once('/')
        .unwrap()
        .1
        .to_owned();
    assert_eq!(sign_in(&app, json!({"code": code})).await, 200);
    assert_eq!(newest(&app, "sign_in").await["detail"]["by"], "link");
    assert_eq!(sign_in(&app, json!({"code": code})).await, 401);
    let failed = newest(&app, "sign_in.failed").await;
    assert_eq!(
        (&failed["actor"], &failed["detail"]["by"]),
        (&json!(""), &json!("link"))
    );
    assert_eq!(sign_in(&app, json!({"key": app.admin})).await, 200);
    assert_eq!(newest(&app, "sign_in").await["detail"]["by"], "key");
    newest(&app, "sign_in_link.create").await;
    assert!(!app.get("/audit").await.text().contains(&code));
    // Settings.
    for (path, setting) in [
        ("/settings/webhook-secret/rotate", "webhook_secret"),
        ("/settings/signing-secret/rotate", "signing_secret"),
    ] {
        let made = app.post(path, json!({})).await.good();
        let entry = newest(&app, "secret.rotate").await;
        assert_eq!(entry["detail"]["secret"], setting);
        let made = made["secret"].as_str().unwrap();
        assert!(!app.get("/audit").await.text().contains(made));
    }
    app.put("/settings/budget", json!({"max_cost_usd": 12.5}))
        .await
        .good();
    assert_eq!(
        newest(&app, "budget.set").await["detail"]["max_cost_usd"],
        12.5
    );
    app.put("/settings/budget", json!({"max_cost_usd": null}))
        .await
        .good();
    assert_eq!(
        newest(&app, "budget.set").await["detail"]["max_cost_usd"],
        Value::Null
    );
    for network in [json!({"allow": ["example.com"]}), Value::Null] {
        app.put("/settings/network", json!({"network": network}))
            .await
            .good();
        let entry = newest(&app, "network.set").await;
        assert_eq!(entry["detail"]["network"], network);
    }
    // Workflows and runs.
    let workflow = app.workflow(false).await;
    app.post(
        &format!("/workflows/{workflow}/rollback"),
        json!({"version": 1}),
    )
    .await
    .good();
    let entry = newest(&app, "workflow.rollback").await;
    assert_eq!(
        entry["detail"],
        json!({"name": "invoices", "version": 2, "rolled_back_to": 1})
    );
    let run = app.run(&workflow).await;
    app.post(&format!("/runs/{run}/cancel"), json!({}))
        .await
        .good();
    assert_eq!(newest(&app, "run.cancel").await["object"], run);
    app.delete(&format!("/workflows/{workflow}")).await.good();
    assert_eq!(newest(&app, "workflow.delete").await["object"], workflow);
}

#[tokio::test]
async fn what_failed_or_changed_nothing_is_no_deed() {
    let app = App::start().await;
    let before = entries(&app, "").await.len();
    app.delete("/keys/key_unknown").await.error(404);
    app.post("/keys", json!({"name": "n", "scopes": []}))
        .await
        .error(400);
    app.delete("/desktops/dsk_unknown").await.error(404);
    app.post("/runs/unknown/cancel", json!({}))
        .await
        .failure(404);
    app.delete("/workflows/unknown").await.failure(404);
    app.put("/settings/budget", json!({"max_cost_usd": -1}))
        .await
        .failure(400);
    assert_eq!(entries(&app, "").await.len(), before);
}

#[tokio::test]
async fn guessing_fills_no_disk() {
    let app = App::start().await;
    for _ in 0..100 {
        assert_eq!(sign_in(&app, json!({"key": "sk_nen_wrong"})).await, 401);
    }
    assert_eq!(
        entries(&app, "?action=sign_in.failed&limit=200")
            .await
            .len(),
        20
    );
}

#[tokio::test]
async fn entries_are_found_page_by_page_by_who_what_and_when() {
    let app = App::start().await;
    for number in 0..5 {
        app.post(
            "/keys",
            json!({"name": format!("key {number}"), "scopes": ["admin"]}),
        )
        .await
        .good();
    }
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app
            .get(&format!("/audit?action=key.&limit=2{cursor}"))
            .await
            .good();
        for entry in page["entries"].as_array().unwrap() {
            names.push(entry["detail"]["name"].as_str().unwrap().to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(names, ["key 4", "key 3", "key 2", "key 1", "key 0"]);
    let own = app.get("/auth").await.good()["key_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        entries(&app, &format!("?actor={own}&action=key.create"))
            .await
            .len(),
        5
    );
    assert_eq!(entries(&app, "?actor=nobody").await.len(), 0);
    let now = app.store.now();
    assert_eq!(
        entries(&app, &format!("?since={}", now + 60)).await.len(),
        0
    );
    assert_eq!(
        entries(&app, &format!("?since={}&action=key.create", now - 60))
            .await
            .len(),
        5
    );
    for query in ["limit=0", "limit=201", "cursor=x", "since=-1", "color=red"] {
        app.get(&format!("/audit?{query}")).await.error(400);
    }
}

#[tokio::test]
async fn a_workspace_sees_its_own_entries_and_nobody_changes_any() {
    let app = App::start().await;
    let foreign = app.foreign_key().await;
    sign_in(&app, json!({"key": "sk_nen_wrong"})).await;
    app.post("/keys", json!({"name": "ours", "scopes": ["admin"]}))
        .await
        .good();
    let theirs = app
        .call_as(&foreign, Method::GET, "/audit", &[], "")
        .await
        .good();
    assert_eq!(theirs["entries"], json!([]));
    let reader = app
        .key(&[Scope::DesktopsWrite, Scope::WorkflowsWrite])
        .await;
    app.call_as(&reader, Method::GET, "/audit", &[], "")
        .await
        .error(403);
    for method in [Method::DELETE, Method::PUT, Method::PATCH, Method::POST] {
        let id = entries(&app, "").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            app.call(method.clone(), "/audit", &[], "{}").await.status,
            405
        );
        assert_eq!(
            app.call(method, &format!("/audit/{id}"), &[], "{}")
                .await
                .status,
            404
        );
    }
}

#[tokio::test]
async fn entries_are_forgotten_after_their_time() {
    let config = ServerConfig {
        audit_kept: Duration::from_secs(3600),
        ..ServerConfig::default()
    };
    let app = App::with(config, Default::default()).await;
    app.desktop().await;
    app.later(Duration::from_secs(3500));
    let kept = app
        .store
        .audit()
        .forget_before(app.store.now_ms() - 3_600_000)
        .await
        .unwrap();
    assert_eq!(kept, 0);
    app.later(Duration::from_secs(200));
    let gone = app
        .store
        .audit()
        .forget_before(app.store.now_ms() - 3_600_000)
        .await
        .unwrap();
    assert_eq!(gone, 1);
    assert_eq!(entries(&app, "").await.len(), 0);
}

/// Sends one request over a real connection and answers its status line.
async fn over_network(
    app: &App,
    address: std::net::SocketAddr,
    path: &str,
    body: &Value,
) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let body = body.to_string();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         accept: application/json, text/event-stream\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        app.admin,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn an_entry_has_the_address_also_of_what_a_tool_of_mcp_did() {
    let app = App::start().await;
    let (address, stop, served) = app.listen().await;
    let key = json!({"name": "far", "scopes": ["admin"]});
    let status = over_network(&app, address, "/keys", &key).await;
    assert!(status.contains("201"), "{status}");
    assert_eq!(newest(&app, "key.create").await["address"], "127.0.0.1");
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "nen_create_desktop", "arguments": {}}});
    let status = over_network(&app, address, "/mcp", &call).await;
    assert!(status.contains("200"), "{status}");
    let created = newest(&app, "desktop.create").await;
    assert_eq!(created["address"], "127.0.0.1");
    assert!(created["request_id"].as_str().unwrap().starts_with("req_"));
    // What came over no network has no address.
    app.desktop().await;
    assert_eq!(newest(&app, "desktop.create").await["address"], Value::Null);
    stop.cancel();
    served.await.unwrap();
}
