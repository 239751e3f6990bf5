//! The life of a desktop over HTTP.

use crate::app::App;
use axum::http::Method;
use nen_fleet::FleetConfig;
use nen_server::ServerConfig;
use serde_json::json;

#[tokio::test]
async fn a_desktop_is_created_shown_renamed_paused_resumed_and_deleted() {
    let app = App::start().await;
    let made = app
        .post(
            "/desktops",
            json!({"name": "one", "metadata": {"team": "finance"}}),
        )
        .await;
    assert_eq!(made.status, 201);
    let made = made.json();
    let id = made["desktop_id"].as_str().unwrap();
    assert!(id.starts_with("dsk_") && id.len() == 16);
    assert_eq!(
        (made["status"].as_str(), made["workspace_id"].as_str()),
        (Some("running"), Some("ws_default"))
    );
    assert_eq!(made["display"], json!({"width": 1280, "height": 800}));

    let path = format!("/desktops/{id}");
    assert_eq!(app.get(&path).await.good()["name"], "one");
    let renamed = app
        .call(Method::PATCH, &path, &[], r#"{"name":"two"}"#)
        .await
        .good();
    assert_eq!(renamed["name"], "two");
    assert_eq!(app.get(&path).await.good()["name"], "two");

    assert_eq!(
        app.call(Method::POST, &format!("{path}/pause"), &[], "")
            .await
            .good()["status"],
        "paused"
    );
    assert_eq!(
        app.call(Method::POST, &format!("{path}/resume"), &[], "")
            .await
            .good()["status"],
        "running"
    );

    assert_eq!(
        app.delete(&path).await.good(),
        json!({"desktop_id": id, "status": "deleted"})
    );
    assert_eq!(app.get(&path).await.good()["status"], "deleted");
    assert_eq!(app.get("/desktops").await.good(), json!([]));
    let deleted = app.get("/desktops?deleted=true").await.good();
    assert_eq!(deleted[0]["desktop_id"], id);
    assert_eq!(deleted.as_array().unwrap().len(), 1);
    app.get(&format!("{path}/tool-logs")).await.good();
    app.get("/desktops?deleted=maybe").await.error(400);
    for (method, rest) in [
        (Method::DELETE, ""),
        (Method::POST, "/pause"),
        (Method::POST, "/resume"),
        (Method::GET, "/tools"),
        (Method::GET, "/session"),
        (Method::PUT, "/session"),
        (Method::DELETE, "/session"),
        (Method::GET, "/files"),
        (Method::GET, "/screenshot"),
        (Method::GET, "/events"),
        (Method::POST, "/execute"),
    ] {
        let reply = app
            .call(method.clone(), &format!("{path}{rest}"), &[], "{}")
            .await;
        assert_eq!(reply.status, 404, "{method} {rest}: {}", reply.text());
    }
}

#[tokio::test]
async fn lists_are_filtered_by_labels() {
    let app = App::start().await;
    for (name, metadata) in [
        ("a", json!({"team": "x", "env": "test"})),
        ("b", json!({"team": "x"})),
        ("c", json!({"team": "y z"})),
    ] {
        app.post("/desktops", json!({"name": name, "metadata": metadata}))
            .await
            .good();
    }
    let names = |query: &'static str| {
        let app = &app;
        async move {
            let list = app.get(&format!("/desktops{query}")).await.good();
            let list = list.as_array().unwrap().iter();
            let mut names: Vec<_> = list
                .map(|d| d["name"].as_str().unwrap().to_owned())
                .collect();
            // Made within one second, which is as exact as their order is.
            names.sort();
            names.concat()
        }
    };
    assert_eq!(names("").await, "abc");
    assert_eq!(names("?metadata.team=x").await, "ab");
    assert_eq!(names("?metadata.team=x&metadata.env=test").await, "a");
    assert_eq!(names("?metadata.team=y%20z").await, "c");
    assert_eq!(names("?metadata.team=y+z").await, "c");
    assert_eq!(names("?metadata.team=").await, "");
}

#[tokio::test]
async fn limits_answer_429_and_503_with_retry_after() {
    let fleet = |all, each| FleetConfig {
        max_desktops: all,
        max_desktops_per_workspace: each,
        ..FleetConfig::default()
    };
    for (fleet, status) in [(fleet(5, 1), 429), (fleet(1, 5), 503)] {
        let app = App::with(ServerConfig::default(), fleet).await;
        app.desktop().await;
        let reply = app.post("/desktops", json!({})).await;
        reply.error(status);
        assert!(reply.header("retry-after").parse::<u64>().unwrap() >= 1);
    }
}

#[tokio::test]
async fn an_empty_body_means_all_defaults() {
    let app = App::start().await;
    for headers in [&[][..], &[("content-type", "application/json")]] {
        assert_eq!(
            app.call(Method::POST, "/desktops", headers, "")
                .await
                .status,
            201
        );
    }
}
