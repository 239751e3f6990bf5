//! What happens, as it happens.

use crate::app::App;
use axum::http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;

/// A stream of events over a real connection.
struct Events(Lines<BufReader<TcpStream>>);

impl Events {
    async fn open(address: std::net::SocketAddr, path: &str, extra: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{extra}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(stream).lines();
        assert!(lines.next_line().await.unwrap().unwrap().contains("200"));
        while !lines.next_line().await.unwrap().unwrap().is_empty() {}
        Self(lines)
    }

    /// The next event, or none at the stream's end. Pictures, which come when they come, are left out.
    async fn next(&mut self) -> Option<Value> {
        let read = async {
            while let Ok(Some(line)) = self.0.next_line().await {
                let Some(data) = line.strip_prefix("data: ") else {
                    continue;
                };
                let event: Value = serde_json::from_str(data).unwrap();
                if event["kind"] != "picture" {
                    return Some(event);
                }
            }
            None
        };
        tokio::time::timeout(Duration::from_secs(10), read)
            .await
            .expect("an event or the end")
    }

    async fn next_kind(&mut self) -> String {
        self.next().await.unwrap()["kind"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

#[tokio::test]
async fn lifecycle_actions_and_control_are_seen() {
    let app = App::start().await;
    let (address, stop, served) = app.listen().await;
    let id = app.desktop().await;
    let key = format!("x-api-key: {}\r\n", app.admin);
    let mut events = Events::open(address, &format!("/desktops/{id}/events"), &key).await;
    app.act(&id, "left_click").await.good();
    let action = events.next().await.unwrap();
    assert_eq!(
        (action["kind"].as_str(), action["data"]["action"].as_str()),
        (Some("action"), Some("left_click"))
    );
    let path = format!("/desktops/{id}/pause");
    app.call(Method::POST, &path, &[], "").await.good();
    assert_eq!(events.next_kind().await, "desktop.paused");
    app.call(Method::POST, &path.replace("pause", "resume"), &[], "")
        .await
        .good();
    assert_eq!(events.next_kind().await, "desktop.resumed");
    app.put(
        &format!("/desktops/{id}/session"),
        json!({"interactive": true, "takeover": true}),
    )
    .await
    .good();
    assert_eq!(events.next_kind().await, "control.taken");

    let token = app.viewer_token(&id, json!({"interactive": true})).await;
    let from = format!("Last-Event-ID: {}\r\n", action["id"]);
    let mut through_link = Events::open(
        address,
        &format!("/desktops/{id}/view/events?token={token}"),
        &from,
    )
    .await;
    assert_eq!(
        through_link.next_kind().await,
        "desktop.paused",
        "what was missed comes again"
    );

    app.delete(&format!("/desktops/{id}")).await.good();
    let mut last = String::new();
    while let Some(event) = events.next().await {
        last = event["kind"].as_str().unwrap().to_owned();
    }
    assert_eq!(last, "desktop.deleted");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), served)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn open_streams_do_not_hold_up_the_servers_end() {
    let app = App::start().await;
    let (address, stop, served) = app.listen().await;
    let id = app.desktop().await;
    let key = format!("x-api-key: {}\r\n", app.admin);
    let mut events = Events::open(address, &format!("/desktops/{id}/events"), &key).await;
    stop.cancel();
    while events.next().await.is_some() {}
    tokio::time::timeout(Duration::from_secs(5), served)
        .await
        .expect("the server ends")
        .unwrap();
}

#[tokio::test]
async fn all_desktops_of_a_workspace_are_followed_at_once_and_no_others() {
    let app = App::start().await;
    let (address, stop, served) = app.listen().await;
    let foreign = app.foreign_key().await;
    let follow = async |key: &str| {
        let key = format!("x-api-key: {key}\r\n");
        Events::open(address, "/events", &key).await
    };
    let (mut own, mut theirs) = (follow(&app.admin).await, follow(&foreign).await);
    let (one, other) = (app.desktop().await, app.desktop().await);
    app.act(&other, "left_click").await.good();
    app.delete(&format!("/desktops/{one}")).await.good();
    let mut seen = Vec::new();
    for _ in 0..4 {
        let event = own.next().await.unwrap();
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        seen.push((text("desktop_id"), text("kind")));
    }
    let expected = [
        (&one, "desktop.created"),
        (&other, "desktop.created"),
        (&other, "action"),
        (&one, "desktop.deleted"),
    ];
    assert_eq!(
        seen,
        expected.map(|(id, kind)| (id.clone(), kind.to_owned()))
    );
    stop.cancel();
    assert_eq!(theirs.next().await, None, "nothing of others, then the end");
    served.await.unwrap();
}

#[tokio::test]
async fn streams_end_with_the_key_they_were_opened_with() {
    let app = App::start().await;
    let (address, stop, served) = app.listen().await;
    let id = app.desktop().await;
    let made = app
        .post(
            "/keys",
            json!({"name": "n", "scopes": ["desktops:read", "workflows:read"]}),
        )
        .await
        .good();
    let run = app.run(&app.workflow(false).await).await;
    let by = |key: &str| format!("x-api-key: {key}\r\n");
    let paths = [
        "/events".to_owned(),
        format!("/desktops/{id}/events"),
        format!("/runs/{run}/logs?follow=true"),
    ];
    let key = by(made["secret"].as_str().unwrap());
    let mut ending = Vec::new();
    for path in &paths {
        ending.push(Events::open(address, path, &key).await);
    }
    let mut staying = Events::open(address, "/events", &by(&app.admin)).await;
    app.delete(&format!("/keys/{}", made["id"].as_str().unwrap()))
        .await
        .good();
    for (stream, path) in ending.iter_mut().zip(&paths) {
        assert_eq!(stream.next().await, None, "{path}");
    }
    app.act(&id, "left_click").await.good();
    assert_eq!(staying.next_kind().await, "action");
    stop.cancel();
    served.await.unwrap();
}
