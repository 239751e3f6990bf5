//! Sessions, links and who may get which.

use crate::app::App;
use axum::body::Body;
use axum::http::{Method, Request};
use nen_server::{AppState, History, ServerConfig, ToolLogWriter};
use nen_store::Scope;
use serde_json::{Value, json};

async fn view(app: &App, method: Method, id: &str, rest: &str, token: &str) -> crate::app::Reply {
    let request = Request::builder()
        .method(method)
        .uri(format!("/desktops/{id}/view/{rest}?token={token}"));
    app.send(request.body(Body::empty()).unwrap()).await
}

fn token(session: &Value) -> String {
    session["href"]
        .as_str()
        .unwrap()
        .split_once("#token=")
        .unwrap()
        .1
        .to_owned()
}

#[tokio::test]
async fn a_session_is_opened_shown_and_ended() {
    let app = App::start().await;
    let id = app.desktop().await;
    let path = format!("/desktops/{id}/session");
    app.get(&path).await.error(404);
    assert!(
        app.get(&format!("/desktops/{id}"))
            .await
            .good()
            .get("session")
            .is_none()
    );
    let opened = app.call(Method::PUT, &path, &[], "").await.good();
    assert_eq!(
        (opened["active"].as_bool(), opened["interactive"].as_bool()),
        (Some(true), Some(false))
    );
    assert!(
        opened["href"]
            .as_str()
            .unwrap()
            .starts_with(&format!("http://localhost:8700/view/{id}#token="))
    );
    assert_eq!(
        app.call(Method::PUT, &path, &[], "").await.good()["active"],
        true,
        "twice is fine"
    );
    assert_eq!(app.get(&path).await.good()["active"], true);
    assert_eq!(
        app.get(&format!("/desktops/{id}")).await.good()["session"]["active"],
        true
    );
    let state = view(&app, Method::GET, &id, "state", &token(&opened))
        .await
        .good();
    assert_eq!(
        (state["role"].as_str(), state["takeover"].as_bool()),
        (Some("view"), Some(false))
    );

    assert_eq!(app.delete(&path).await.status, 204);
    app.get(&path).await.error(404);
    view(&app, Method::GET, &id, "state", &token(&opened))
        .await
        .error(404);
    assert_eq!(app.delete(&path).await.status, 204, "twice is fine");
}

#[tokio::test]
async fn wrong_expired_and_foreign_tokens_are_401() {
    let app = App::start().await;
    let (id, other) = (app.desktop().await, app.desktop().await);
    let good = app.viewer_token(&id, json!({})).await;
    let elsewhere = app.viewer_token(&other, json!({"interactive": true})).await;
    for bad in ["", "x", &elsewhere, &good.replacen('v', "i", 1), &app.admin] {
        for rest in ["state", "events"] {
            view(&app, Method::GET, &id, rest, bad).await.error(401);
        }
    }
    view(&app, Method::GET, "dsk_000000000000", "state", &good)
        .await
        .error(401);
    view(&app, Method::GET, &id, "state", &good).await.good();
}

#[tokio::test]
async fn changing_the_role_ends_earlier_links() {
    let app = App::start().await;
    let id = app.desktop().await;
    let interactive = app.viewer_token(&id, json!({"interactive": true})).await;
    let path = format!("/desktops/{id}/session");
    assert_eq!(
        app.call(Method::PUT, &path, &[], "").await.good()["interactive"],
        true,
        "no body keeps it"
    );
    view(&app, Method::GET, &id, "state", &interactive)
        .await
        .good();
    app.put(&path, json!({"interactive": false})).await.good();
    view(&app, Method::GET, &id, "state", &interactive)
        .await
        .error(404);
}

#[tokio::test]
async fn a_reading_key_gets_no_interactive_link() {
    let app = App::start().await;
    let id = app.desktop().await;
    app.viewer_token(&id, json!({"interactive": true})).await;
    let reader = app.key(&[Scope::DesktopsRead]).await;
    for path in [format!("/desktops/{id}/session"), format!("/desktops/{id}")] {
        let reply = app
            .call_as(&reader, Method::GET, &path, &[], "")
            .await
            .good();
        let session = reply.get("session").unwrap_or(&reply);
        assert_eq!(session["interactive"], false);
        assert_eq!(
            view(&app, Method::GET, &id, "state", &token(session))
                .await
                .good()["role"],
            "view"
        );
    }
}

#[tokio::test]
async fn a_held_desktop_refuses_agents_until_it_is_handed_back() {
    let app = App::start().await;
    let id = app.desktop().await;
    let path = format!("/desktops/{id}/session");
    let interactive = app.viewer_token(&id, json!({"interactive": true})).await;
    app.act(&id, "left_click").await.good();
    assert_eq!(
        view(&app, Method::POST, &id, "takeover", &interactive)
            .await
            .status,
        204
    );
    assert_eq!(app.get(&path).await.good()["takeover"], true);
    app.act(&id, "left_click").await.error(409);
    app.get(&format!("/desktops/{id}/screenshot")).await;
    assert_eq!(
        view(&app, Method::DELETE, &id, "takeover", &interactive)
            .await
            .status,
        204
    );
    app.act(&id, "left_click").await.good();

    app.put(&path, json!({"interactive": true, "takeover": true}))
        .await
        .good();
    app.act(&id, "left_click").await.error(409);
    app.delete(&path).await;
    app.act(&id, "left_click").await.good();

    let log = app.get(&format!("/desktops/{id}/tool-logs")).await.good();
    let control: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["tool"] == "session")
        .map(|entry| {
            format!(
                "{} {}",
                entry["actor"].as_str().unwrap(),
                entry["action"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        control,
        [
            "human take_control",
            "human return_control",
            "first key take_control",
            "first key return_control"
        ]
    );
}

#[tokio::test]
async fn a_view_only_link_takes_no_control() {
    let app = App::start().await;
    let id = app.desktop().await;
    let token = app.viewer_token(&id, json!({})).await;
    view(&app, Method::POST, &id, "takeover", &token)
        .await
        .error(403);
    app.act(&id, "left_click").await.good();
}

#[tokio::test]
async fn a_held_desktop_is_still_held_after_a_restart() {
    let app = App::start().await;
    let id = app.desktop().await;
    app.put(
        &format!("/desktops/{id}/session"),
        json!({"interactive": true, "takeover": true}),
    )
    .await
    .good();
    // The fleet forgets, as with its process.
    app.fleet.hold("ws_default", &id, false, "tester").unwrap();
    app.act(&id, "left_click").await.good();
    let (store, fleet) = (app.store.clone(), app.fleet.clone());
    let objects = app.runs.objects().clone();
    let history = History::start(store.clone(), fleet.clone(), objects, 0);
    let tool_log = ToolLogWriter::start(store.clone(), fleet.clone(), history.clone());
    AppState::start(
        ServerConfig::default(),
        store,
        fleet,
        tool_log,
        history,
        app.runs.clone(),
    )
    .await
    .unwrap();
    app.act(&id, "left_click").await.error(409);
}
