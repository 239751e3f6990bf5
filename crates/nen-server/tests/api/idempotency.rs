//! The same request twice makes one thing.

use crate::app::App;
use axum::http::Method;
use serde_json::json;
use std::time::Duration;

const KEY: (&str, &str) = ("idempotency-key", "order-17");

#[tokio::test]
async fn the_same_request_gets_the_first_answer_again() {
    let app = App::start().await;
    let first = app
        .call(Method::POST, "/desktops", &[KEY], r#"{"name":"a"}"#)
        .await;
    let again = app
        .call(Method::POST, "/desktops", &[KEY], r#"{"name":"a"}"#)
        .await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(
        (
            first.header("idempotent-replayed"),
            again.header("idempotent-replayed")
        ),
        ("", "true")
    );
    assert_eq!(app.driver.count(), 1);
    app.call(Method::POST, "/desktops", &[KEY], r#"{"name":"b"}"#)
        .await
        .error(422);
    let foreign = app.foreign_key().await;
    let theirs = app
        .call_as(
            &foreign,
            Method::POST,
            "/desktops",
            &[KEY],
            r#"{"name":"b"}"#,
        )
        .await;
    assert_eq!(
        theirs.status, 201,
        "keys of other workspaces are other keys"
    );
}

#[tokio::test]
async fn requests_at_the_same_time_make_one() {
    let app = App::start().await;
    let replies = futures_util::future::join_all(
        (0..8).map(|_| app.call(Method::POST, "/desktops", &[KEY], "{}")),
    )
    .await;
    for reply in &replies {
        assert_eq!(
            (reply.status.as_u16(), &reply.bytes),
            (201, &replies[0].bytes)
        );
    }
    assert_eq!(app.driver.count(), 1);
}

#[tokio::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let app = App::start().await;
    app.call(Method::POST, "/desktops", &[KEY], r#"{"name":""}"#)
        .await
        .error(400);
    assert_eq!(
        app.call(Method::POST, "/desktops", &[KEY], r#"{"name":"a"}"#)
            .await
            .status,
        201
    );
}

/// Asks for a desktop and is gone while it starts; then lets it start.
async fn leave_while_it_starts(app: &App, headers: &[(&str, &str)]) {
    let closed = app.driver.gate.write().await;
    tokio::select! {
        reply = app.call(Method::POST, "/desktops", headers, "{}") => panic!("{}", reply.text()),
        () = app.driver.began.notified() => {}
    }
    drop(closed);
}

#[tokio::test]
async fn a_caller_who_left_finds_the_desktop_by_its_key() {
    let app = App::start().await;
    leave_while_it_starts(&app, &[KEY]).await;
    let again = app.call(Method::POST, "/desktops", &[KEY], "{}").await;
    assert_eq!(again.status, 201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(app.driver.count(), 1);
}

#[tokio::test]
async fn a_caller_who_left_without_a_key_leaves_nothing() {
    let app = App::start().await;
    leave_while_it_starts(&app, &[]).await;
    let destroyed = tokio::time::timeout(Duration::from_secs(10), app.driver.destroyed.notified());
    destroyed.await.expect("the desktop is deleted");
    assert_eq!(app.driver.count(), 0);
}

#[tokio::test]
async fn a_key_is_made_once_and_its_secret_is_not_stored() {
    let app = App::start().await;
    let body = json!({"name": "k", "scopes": ["desktops:read"]}).to_string();
    let first = app
        .call(Method::POST, "/keys", &[KEY], body.clone())
        .await
        .good();
    let again = app.call(Method::POST, "/keys", &[KEY], body).await.good();
    assert_eq!(first["id"], again["id"]);
    assert!(first["secret"].as_str().unwrap().starts_with("sk_nen_"));
    assert!(again["secret"].is_null());
}
