//! Every route of the document: 401 without a key, 403 without the scope, 404 for what belongs to others.

use crate::app::{App, Reply};
use axum::body::Body;
use axum::http::{Method, Request};
use nen_store::Scope;
use serde_json::{Value, json};

struct Operation {
    method: Method,
    path: String,
    /// Whether it takes a key; else it is public, or takes a viewer's token.
    keyed: bool,
    takes_body: bool,
    /// What the key must allow; empty when any key will do.
    scope: Option<Scope>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(nen_server::openapi()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                continue;
            };
            let security = operation["security"]
                .as_array()
                .expect("every operation says what it needs");
            let find = |name: &str| {
                security
                    .iter()
                    .find_map(|requirement| requirement.get(name))
                    .cloned()
            };
            let scope =
                find("bearer").and_then(|scopes: Value| Some(scopes[0].as_str()?.parse().unwrap()));
            assert_eq!(find("bearer"), find("api_key"), "{path}");
            all.push(Operation {
                method,
                path: path.clone(),
                keyed: find("bearer").is_some(),
                takes_body: operation.get("requestBody").is_some(),
                scope,
            });
        }
    }
    assert!(all.len() >= 25, "only {} operations", all.len());
    all
}

/// One thing of each kind that a path can name.
struct Things {
    desktop: String,
    workflow: String,
    run: String,
}

impl Things {
    async fn of(app: &App) -> Self {
        let workflow = app.workflow(false).await;
        Self {
            desktop: app.desktop().await,
            run: app.run(&workflow).await,
            workflow,
        }
    }

    fn id(&self, operation: &Operation) -> &str {
        match operation.path.split('/').nth(1) {
            Some("workflows") => &self.workflow,
            Some("runs") => &self.run,
            _ => &self.desktop,
        }
    }
}

fn body(operation: &Operation) -> &'static str {
    match (operation.method.as_str(), operation.path.as_str()) {
        ("PATCH", _) => r#"{"name":"n"}"#,
        ("POST", "/auth") => r#"{"key":"sk_nen_wrong"}"#,
        ("POST", "/keys") => r#"{"name":"n","scopes":["admin"]}"#,
        ("POST", "/desktops/{id}/agent/execute") => r#"{"instruction":"x"}"#,
        ("POST", "/desktops/{id}/agent/verify") => r#"{"condition":"x"}"#,
        ("POST", "/desktops/{id}/agent/extract") => r#"{"query":"x","schema":{"type":"object"}}"#,
        ("POST", path) if path.ends_with("/execute") => {
            r#"{"action":{"tool":"computer","action":"screenshot","params":{}}}"#
        }
        ("PUT", "/workflows/{id}") => r#"{"files":[{"filename":"workflow.py","content":""}]}"#,
        ("POST", "/workflows/{id}/rollback") => r#"{"version":1}"#,
        _ => "",
    }
}

fn path(operation: &Operation, id: &str) -> String {
    let query = match operation.path.contains("/fs") {
        true => "?path=/drive/file.txt",
        false => "",
    };
    let path = operation
        .path
        .replace("{id}", id)
        .replace("{webhook_id}", "msg_000000000000")
        .replace("{name}", "1.png")
        .replace("{entry}", "1");
    path + query
}

#[tokio::test]
async fn no_key_is_401_everywhere_but_on_public_routes() {
    let app = App::start().await;
    let things = Things::of(&app).await;
    for operation in operations() {
        for key in [None, Some("sk_nen_invalid_key"), Some("")] {
            let mut request = Request::builder()
                .method(&operation.method)
                .uri(path(&operation, things.id(&operation)));
            if let Some(key) = key {
                request = request.header("x-api-key", key);
            }
            let reply = app
                .send(request.body(Body::from(body(&operation))).unwrap())
                .await;
            let name = format!("{} {}", operation.method, operation.path);
            if operation.keyed {
                reply.refused(&operation.path, 401);
                assert_eq!(reply.header("www-authenticate"), "Bearer", "{name}");
            } else if operation.path == "/auth" {
                // What it takes is the key in its body.
                reply.error(401);
            } else if operation.path.ends_with("/assets.zip") {
                // Nor is there a signature; good and wrong ones are tested with the files.
                reply.failure(404);
            } else {
                assert_eq!(reply.status, 200, "{name}");
            }
        }
    }
    let unknown = Request::builder()
        .uri("/no/such/path")
        .body(Body::empty())
        .unwrap();
    app.send(unknown).await.error(401);
}

#[tokio::test]
async fn a_key_without_the_scope_is_403_and_names_it() {
    let app = App::start().await;
    let things = Things::of(&app).await;
    let of_workflows = app
        .key(&[Scope::WorkflowsRead, Scope::WorkflowsWrite])
        .await;
    let of_desktops = app.key(&[Scope::DesktopsRead, Scope::DesktopsWrite]).await;
    let reader = app.key(&[Scope::DesktopsRead, Scope::WorkflowsRead]).await;
    for operation in operations() {
        let Some(scope) = operation.scope else {
            continue;
        };
        let call = |key: String| {
            let (path, body, method) = (
                path(&operation, things.id(&operation)),
                body(&operation),
                operation.method.clone(),
            );
            let app = &app;
            async move { app.call_as(&key, method, &path, &[], body).await }
        };
        let useless: &[&String] = match scope {
            Scope::DesktopsRead => &[&of_workflows],
            Scope::DesktopsWrite => &[&of_workflows, &reader],
            Scope::WorkflowsRead => &[&of_desktops],
            Scope::WorkflowsWrite => &[&of_desktops, &reader],
            Scope::Admin => &[&of_workflows, &of_desktops],
        };
        for key in useless {
            let reply = call((*key).clone()).await;
            let message = reply.refused(&operation.path, 403);
            assert!(message.contains(scope.as_str()), "{message}");
        }
    }
}

#[tokio::test]
async fn what_belongs_to_others_answers_like_what_does_not_exist() {
    let app = App::start().await;
    let things = Things::of(&app).await;
    let foreign = app.foreign_key().await;
    for operation in operations()
        .iter()
        .filter(|operation| operation.path.contains("{id}") && operation.scope.is_some())
    {
        let call = |id: String| {
            let (path, body, method) = (
                path(operation, &id),
                body(operation),
                operation.method.clone(),
            );
            let (app, foreign) = (&app, &foreign);
            async move { app.call_as(foreign, method, &path, &[], body).await }
        };
        let id = things.id(operation).to_owned();
        let message = |reply: Reply, id: &str| {
            let message = reply.refused(&operation.path, 404);
            message.replace(id, "ID")
        };
        let theirs = message(call(id.clone()).await, &id);
        let nothing = message(
            call("dsk_000000000000".to_owned()).await,
            "dsk_000000000000",
        );
        assert_eq!(theirs, nothing, "{}", operation.path);
    }
    let untouched = app.get(&format!("/desktops/{}", things.desktop)).await;
    assert_eq!(untouched.good()["status"], "running");
    let untouched = app.get(&format!("/runs/{}", things.run)).await;
    assert_eq!(untouched.good()["run_status"], "queued");
    for (path, nothing) in [
        ("/desktops", json!([])),
        ("/workflows", json!({"workflows": []})),
        ("/runs", json!({"runs": []})),
    ] {
        let list = app.call_as(&foreign, Method::GET, path, &[], "").await;
        assert_eq!(list.good(), nothing, "{path}");
    }
}

/// Routes that a viewer's link opens.
const VIEWS: [&str; 4] = [
    "/desktops/{id}/view",
    "/desktops/{id}/view/state",
    "/desktops/{id}/view/events",
    "/desktops/{id}/view/takeover",
];

#[tokio::test]
async fn a_viewers_link_opens_its_own_desktop_in_its_role_and_nothing_else() {
    let app = App::start().await;
    let things = Things::of(&app).await;
    let other = app.desktop().await;
    app.viewer_token(&other, json!({"interactive": true})).await;
    for interactive in [false, true] {
        let token = json!({"interactive": interactive});
        let token = app.viewer_token(&things.desktop, token).await;
        let call = async |operation: &Operation, id: &str| {
            let path = path(operation, id);
            let sign = if path.contains('?') { '&' } else { '?' };
            let request = Request::builder()
                .method(&operation.method)
                .uri(format!("{path}{sign}token={token}"))
                .header("content-type", "application/json");
            let body = Body::from(body(operation));
            app.open(request.body(body).unwrap())
                .await
                .status()
                .as_u16()
        };
        for operation in operations().iter().filter(|operation| operation.keyed) {
            let name = format!("{} {}", operation.method, operation.path);
            let own = call(operation, things.id(operation)).await;
            if !VIEWS.contains(&operation.path.as_str()) {
                assert_eq!(own, 401, "{name}");
                continue;
            }
            let expected = match operation.path.as_str() {
                // No WebSocket was asked for; that is found out behind the door.
                "/desktops/{id}/view" => 400,
                "/desktops/{id}/view/takeover" if !interactive => 403,
                "/desktops/{id}/view/takeover" => 204,
                _ => 200,
            };
            assert_eq!(own, expected, "{name}, interactive: {interactive}");
            assert_eq!(call(operation, &other).await, 401, "{name} of another");
        }
    }
}

#[tokio::test]
async fn no_route_takes_more_than_it_says() {
    const PIECE: usize = 1 << 20;
    let app = App::start().await;
    let things = Things::of(&app).await;
    // What deletes would take the others' things away, and reads nothing.
    let others = operations()
        .into_iter()
        .filter(|operation| operation.method != Method::DELETE);
    for operation in others {
        let name = format!("{} {}", operation.method, operation.path);
        // Of unknown length, and more than even files may have.
        let pieces =
            (0..102).map(|_| Ok::<_, std::io::Error>(bytes::Bytes::from_static(&[b' '; PIECE])));
        let pieces = futures_util::stream::iter(pieces);
        let request = Request::builder()
            .method(&operation.method)
            .uri(path(&operation, things.id(&operation)))
            .header("x-api-key", &app.admin)
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json");
        let body = Body::from_stream(pieces);
        let reply = app.open(request.body(body).unwrap()).await;
        match operation.takes_body {
            true => assert_eq!(reply.status(), 413, "{name}"),
            // What has no body leaves it unread.
            false => assert!(
                !reply.status().is_server_error(),
                "{name}: {}",
                reply.status()
            ),
        }
    }
}

#[tokio::test]
async fn either_header_works_and_two_different_keys_do_not() {
    let app = App::start().await;
    let with = |headers: Vec<(&'static str, String)>| {
        let mut request = Request::builder().uri("/desktops");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(Body::empty()).unwrap()
    };
    let key = app.admin.clone();
    let bearer = ("authorization", format!("Bearer {key}"));
    let plain = ("x-api-key", key);
    assert_eq!(app.send(with(vec![bearer.clone()])).await.status, 200);
    assert_eq!(app.send(with(vec![plain.clone()])).await.status, 200);
    assert_eq!(
        app.send(with(vec![bearer.clone(), plain])).await.status,
        200
    );
    app.send(with(vec![bearer, ("x-api-key", "sk_nen_other".to_owned())]))
        .await
        .error(401);
}
