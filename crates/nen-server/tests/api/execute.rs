//! Acting on a desktop, and the log of it.

use crate::app::App;
use axum::http::Method;
use nen_fleet::FleetConfig;
use nen_server::ServerConfig;
use nen_store::Scope;
use serde_json::{Value, json};
use sqlx::Executor as _;
use std::time::Duration;

async fn log(app: &App, id: &str, query: &str) -> Vec<Value> {
    app.get(&format!("/desktops/{id}/tool-logs{query}"))
        .await
        .good()
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn the_body_goes_in_as_it_is_and_the_reply_comes_out_without_the_log() {
    let app = App::start().await;
    let id = app.desktop().await;
    let reply = app.act(&id, "left_click").await;
    assert_eq!(
        reply.good(),
        json!({"status": "ok", "output": "left_click"})
    );
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("nen-log"), "");
    assert_eq!(reply.header("set-cookie"), "", "only listed headers pass");
    let seen = app.driver.seen(&id);
    assert_eq!(
        seen.executed.lock().unwrap()[0]["action"]["action"],
        "left_click"
    );
    let headers = seen.headers.lock().unwrap().clone();
    assert!(
        !headers.contains_key("authorization") && !headers.contains_key("x-api-key"),
        "keys stay outside"
    );
}

#[tokio::test]
async fn what_was_done_while_the_database_was_away_is_in_the_log() {
    let app = App::start().await;
    let id = app.desktop().await;
    let mut database = app.connection().await;
    database
        .execute("ALTER TABLE tool_log RENAME TO away")
        .await
        .unwrap();
    for action in ["left_click", "right_click"] {
        app.act(&id, action).await.good();
    }
    database
        .execute("ALTER TABLE away RENAME TO tool_log")
        .await
        .unwrap();
    let done: Vec<Value> = log(&app, &id, "").await;
    let actions: Vec<&Value> = done.iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["left_click", "right_click"]);
}

#[tokio::test]
async fn who_got_an_answer_finds_it_in_the_log() {
    let app = App::start().await;
    let id = app.desktop().await;
    let named = app
        .store
        .keys()
        .create("ws_default", "bot", &[Scope::DesktopsWrite], None)
        .await
        .unwrap()
        .secret;
    for at in 0..30 {
        let body =
            json!({"action": {"tool": "computer", "action": format!("a{at}"), "params": {}}})
                .to_string();
        let path = format!("/desktops/{id}/execute");
        app.call_as(&named, Method::POST, &path, &[], body)
            .await
            .good();
        let last = log(&app, &id, "?limit=1").await;
        assert_eq!(
            (last[0]["action"].as_str(), last[0]["actor"].as_str()),
            (Some(&*format!("a{at}")), Some("bot"))
        );
    }
    app.act(&id, "refuse").await.error(400);
    let all = log(&app, &id, "").await;
    assert_eq!(all.len(), 31);
    assert_eq!(all[30]["status"], "error");
    let ids: Vec<_> = all
        .iter()
        .map(|entry| entry["id"].as_i64().unwrap())
        .collect();
    assert!(ids.is_sorted());
    let page = log(&app, &id, &format!("?limit=2&before={}", ids[10])).await;
    assert_eq!(
        page.iter()
            .map(|e| e["id"].as_i64().unwrap())
            .collect::<Vec<_>>(),
        ids[8..10]
    );
}

#[tokio::test]
async fn a_strange_controller_harms_nobody() {
    let app = App::start().await;
    let id = app.desktop().await;
    app.act(&id, "teapot").await.error(502);
    let html = app.act(&id, "html").await;
    assert_eq!(
        html.header("content-type"),
        "application/json",
        "never rendered"
    );
    app.act(&id, "bad-log").await.good();
}

#[tokio::test]
async fn a_caller_who_leaves_stops_the_action() {
    let app = App::start().await;
    let id = app.desktop().await;
    let seen = app.driver.seen(&id);
    let left = tokio::time::timeout(Duration::from_secs(10), async {
        tokio::select! {
            _ = app.act(&id, "slow") => panic!("it does not end"),
            () = seen.slow_began.notified() => {}
        }
    });
    left.await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), seen.slow_dropped.notified())
        .await
        .expect("the action was dropped");
}

#[tokio::test]
async fn an_action_that_takes_too_long_is_504_and_stopped() {
    let config = ServerConfig {
        execute_timeout: Duration::from_millis(300),
        ..ServerConfig::default()
    };
    let app = App::with(config, FleetConfig::default()).await;
    let id = app.desktop().await;
    app.act(&id, "slow").await.error(504);
    let seen = app.driver.seen(&id);
    tokio::time::timeout(Duration::from_secs(10), seen.slow_dropped.notified())
        .await
        .expect("the action was dropped");
}

#[tokio::test]
async fn a_paused_desktop_wakes_up_for_an_action() {
    let app = App::start().await;
    let id = app.desktop().await;
    app.call(Method::POST, &format!("/desktops/{id}/pause"), &[], "")
        .await
        .good();
    app.act(&id, "left_click").await.good();
    assert_eq!(
        app.get(&format!("/desktops/{id}")).await.good()["status"],
        "running"
    );
}

#[tokio::test]
async fn tools_are_passed_on() {
    let app = App::start().await;
    let id = app.desktop().await;
    assert_eq!(
        app.get(&format!("/desktops/{id}/tools")).await.good()[0]["name"],
        "computer"
    );
}
