//! Watching over a real WebSocket.

use crate::app::App;
use crate::fake_controller::Seen;
use axum::body::Body;
use axum::http::Request;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const HELLO: &[u8] = b"RFB 003.008\n\x01\x01";
const UPDATE: &[u8] = &[3, 1, 0, 0, 0, 0, 5, 0, 3, 32];
const KEY: &[u8] = &[4, 1, 0, 0, 0, 0, 0, 0x61];

async fn open(
    address: SocketAddr,
    id: &str,
    token: &str,
    origin: Option<&str>,
) -> Result<Socket, u16> {
    let headers: Vec<_> = origin
        .map(|origin| ("origin", origin))
        .into_iter()
        .collect();
    open_with(address, &format!("{id}/view?token={token}"), &headers).await
}

async fn open_with(
    address: SocketAddr,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<Socket, u16> {
    let mut request = format!("ws://{address}/desktops/{path}")
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", "binary".parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, response)) => {
            assert_eq!(response.headers()["sec-websocket-protocol"], "binary");
            Ok(socket)
        }
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

async fn send(socket: &mut Socket, bytes: &[u8]) {
    socket
        .send(Message::Binary(bytes.to_vec().into()))
        .await
        .unwrap();
}

/// Waits until the desktop has heard exactly this.
async fn heard(seen: &Arc<Seen>, expected: &[u8]) {
    let mut rfb = seen.rfb.subscribe();
    let all = tokio::time::timeout(
        Duration::from_secs(10),
        rfb.wait_for(|all| all.len() >= expected.len()),
    )
    .await;
    assert_eq!(*all.expect("the desktop hears it").unwrap(), expected);
}

/// The close code, after whatever else is said.
async fn closed(socket: &mut Socket) -> Option<u16> {
    let read = async {
        while let Some(message) = socket.next().await {
            if let Ok(Message::Close(frame)) = message {
                return frame.map(|frame| frame.code.into());
            }
        }
        None
    };
    tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("the viewer is disconnected")
}

#[tokio::test]
async fn a_view_only_viewer_sees_and_its_input_is_swallowed() {
    let app = App::start().await;
    let (address, ..) = app.listen().await;
    let id = app.desktop().await;
    let token = app.viewer_token(&id, json!({})).await;
    let mut socket = open(address, &id, &token, None).await.unwrap();
    let greeting = socket.next().await.unwrap().unwrap();
    assert_eq!(greeting.into_data(), b"RFB 003.008\n".as_slice());
    send(&mut socket, HELLO).await;
    send(&mut socket, &[KEY, UPDATE, KEY].concat()).await;
    send(&mut socket, UPDATE).await;
    heard(&app.driver.seen(&id), &[HELLO, UPDATE, UPDATE].concat()).await;
}

#[tokio::test]
async fn an_interactive_viewer_types_and_stands_in_the_log() {
    let app = App::start().await;
    let (address, ..) = app.listen().await;
    let id = app.desktop().await;
    let token = app.viewer_token(&id, json!({"interactive": true})).await;
    let mut socket = open(address, &id, &token, None).await.unwrap();
    send(&mut socket, &[HELLO, KEY, KEY].concat()).await;
    heard(&app.driver.seen(&id), &[HELLO, KEY, KEY].concat()).await;
    // The line is written just after the bytes: a second message that was heard proves the first was noted.
    send(&mut socket, KEY).await;
    heard(&app.driver.seen(&id), &[HELLO, KEY, KEY, KEY].concat()).await;
    let log = app.get(&format!("/desktops/{id}/tool-logs")).await.good();
    assert_eq!(log.as_array().unwrap().len(), 1, "one line for a burst");
    assert_eq!(
        (log[0]["actor"].as_str(), log[0]["action"].as_str()),
        (Some("human"), Some("input"))
    );
}

#[tokio::test]
async fn ending_the_session_disconnects_at_once() {
    let app = App::start().await;
    let (address, ..) = app.listen().await;
    let id = app.desktop().await;
    let token = app.viewer_token(&id, json!({})).await;
    let mut first = open(address, &id, &token, None).await.unwrap();
    let mut second = open(address, &id, &token, None).await.unwrap();
    app.delete(&format!("/desktops/{id}/session")).await;
    assert_eq!(
        (closed(&mut first).await, closed(&mut second).await),
        (Some(4001), Some(4001))
    );
    assert_eq!(open(address, &id, &token, None).await.unwrap_err(), 404);
}

#[tokio::test]
async fn bad_tokens_and_foreign_pages_get_nothing() {
    let app = App::start().await;
    let (address, ..) = app.listen().await;
    let (id, other) = (app.desktop().await, app.desktop().await);
    let token = app.viewer_token(&id, json!({})).await;
    assert_eq!(open(address, &id, "wrong", None).await.unwrap_err(), 401);
    assert_eq!(open(address, &other, &token, None).await.unwrap_err(), 401);
    assert_eq!(
        open(address, "dsk_000000000000", &token, None)
            .await
            .unwrap_err(),
        401
    );
    assert_eq!(
        open(address, &id, &token, Some("https://evil.example"))
            .await
            .unwrap_err(),
        403
    );
    let own = format!("http://{address}");
    assert!(open(address, &id, &token, Some(&own)).await.is_ok());
}

#[tokio::test]
async fn what_is_not_rfb_is_closed() {
    let app = App::start().await;
    let (address, ..) = app.listen().await;
    let id = app.desktop().await;
    let token = app.viewer_token(&id, json!({})).await;
    let mut other_version = open(address, &id, &token, None).await.unwrap();
    send(&mut other_version, b"RFB 003.003\n").await;
    assert_eq!(closed(&mut other_version).await, Some(1002));
    let mut unknown = open(address, &id, &token, None).await.unwrap();
    send(&mut unknown, &[HELLO, &[99]].concat()).await;
    assert_eq!(closed(&mut unknown).await, Some(1002));
    let mut text = open(address, &id, &token, None).await.unwrap();
    text.send(Message::Text("hello".into())).await.unwrap();
    assert_eq!(closed(&mut text).await, Some(1002));
}

#[tokio::test]
async fn deleting_the_desktop_and_stopping_the_server_disconnect() {
    let app = App::start().await;
    let (address, stop, served) = app.listen().await;
    let id = app.desktop().await;
    let token = app.viewer_token(&id, json!({})).await;
    let mut socket = open(address, &id, &token, None).await.unwrap();
    app.delete(&format!("/desktops/{id}")).await.good();
    assert!(matches!(closed(&mut socket).await, Some(4001 | 4002)));
    let id = app.desktop().await;
    let token = app.viewer_token(&id, json!({})).await;
    let mut socket = open(address, &id, &token, None).await.unwrap();
    stop.cancel();
    assert_eq!(closed(&mut socket).await, Some(1001));
    tokio::time::timeout(Duration::from_secs(5), served)
        .await
        .expect("the server ends")
        .unwrap();
}

#[tokio::test]
async fn a_viewer_by_cookie_or_key_goes_when_that_ends() {
    let app = App::start().await;
    let (address, stop, served) = app.listen().await;
    let id = app.desktop().await;
    let made = app
        .post("/keys", json!({"name": "n", "scopes": ["desktops:read"]}))
        .await
        .good();
    let key = made["secret"].as_str().unwrap();
    let origin = format!("http://{address}");
    let path = format!("{id}/view");
    let signed_in = app.post("/auth", json!({"key": key})).await;
    signed_in.good();
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap();
    let by_cookie = [("cookie", cookie), ("origin", origin.as_str())];
    let by_key = [("x-api-key", key)];
    let mut browser = open_with(address, &path, &by_cookie).await.unwrap();
    let mut program = open_with(address, &path, &by_key).await.unwrap();
    for socket in [&mut browser, &mut program] {
        send(socket, HELLO).await;
    }
    let elsewhere = [("cookie", cookie), ("origin", "https://evil.example")];
    let refused = open_with(address, &path, &elsewhere).await;
    assert!(matches!(refused, Err(401 | 403)), "{refused:?}");

    let out = sign_out(&app, cookie, &origin).await;
    assert_eq!(out, 204);
    assert_eq!(closed(&mut browser).await, Some(4005));
    send(&mut program, UPDATE).await;
    app.delete(&format!("/keys/{}", made["id"].as_str().unwrap()))
        .await
        .good();
    assert_eq!(closed(&mut program).await, Some(4005));
    let again = open_with(address, &path, &by_key).await;
    assert!(matches!(again, Err(401)), "{again:?}");
    stop.cancel();
    served.await.unwrap();
}

/// Signs a browser out, as a page of the server at `origin` does.
async fn sign_out(app: &App, cookie: &str, origin: &str) -> u16 {
    let request = Request::delete("/auth")
        .header("host", origin.trim_start_matches("http://"))
        .header("origin", origin)
        .header("cookie", cookie);
    app.send(request.body(Body::empty()).unwrap())
        .await
        .status
        .as_u16()
}
