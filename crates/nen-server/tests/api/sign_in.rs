//! Browsers that are signed in by cookie.

use crate::app::{App, Reply};
use axum::body::Body;
use axum::http::{Method, Request};
use nen_store::Scope;
use serde_json::{Value, json};
use std::time::Duration;

const OWN: &str = "http://localhost:8700";

/// A call as a page of this server makes it.
async fn by_page(app: &App, cookie: &str, method: Method, path: &str, origin: &str) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("cookie", cookie)
        .header("origin", origin)
        .body(Body::empty());
    app.send(request.unwrap()).await
}

async fn sign_in(app: &App, body: Value, origin: Option<&str>) -> Reply {
    let mut request = Request::post("/auth").header("content-type", "application/json");
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

/// The cookie of a good sign-in as a browser sends it back.
fn cookie(reply: &Reply) -> String {
    reply.good();
    let set = reply.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_cookie_does_what_its_key_may_until_it_is_signed_out() {
    let app = App::start().await;
    let id = app.desktop().await;
    let key = app.key(&[Scope::DesktopsRead]).await;
    let reply = sign_in(&app, json!({"key": key}), Some(OWN)).await;
    let cookie = cookie(&reply);
    assert!(!reply.text().contains(&key), "the key is not repeated");
    let identity = by_page(&app, &cookie, Method::GET, "/auth", OWN)
        .await
        .good();
    assert_eq!(identity["scopes"], json!(["desktops:read"]));
    assert_eq!(identity, reply.json());

    let path = format!("/desktops/{id}");
    let call = |method| by_page(&app, &cookie, method, &path, OWN);
    call(Method::GET).await.good();
    let refused = call(Method::DELETE).await.error(403);
    assert!(refused.contains("desktops:write"), "{refused}");

    let out = by_page(&app, &cookie, Method::DELETE, "/auth", OWN).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    call(Method::GET).await.error(401);
}

#[tokio::test]
async fn pages_elsewhere_cannot_use_it() {
    let app = App::start().await;
    let id = app.desktop().await;
    let reply = sign_in(&app, json!({"key": app.admin}), None).await;
    let cookie = cookie(&reply);
    let path = format!("/desktops/{id}");
    for origin in ["http://localhost:3000", "https://evil.example", "null"] {
        by_page(&app, &cookie, Method::GET, &path, origin)
            .await
            .error(401);
        let changed = by_page(&app, &cookie, Method::DELETE, &path, origin).await;
        assert!([401, 403].contains(&changed.status.as_u16()));
        // Nor can they sign a browser in as somebody they chose.
        sign_in(&app, json!({"key": app.admin}), Some(origin))
            .await
            .error(403);
    }
    // A form's post of another page, from a browser that sends no Origin.
    let request = Request::delete(&path).header("cookie", &cookie);
    app.send(request.body(Body::empty()).unwrap())
        .await
        .error(401);
    app.get(&path).await.good();
}

#[tokio::test]
async fn a_sign_in_ends_with_its_key_and_its_time() {
    let app = App::start().await;
    let made = app
        .post("/keys", json!({"name": "n", "scopes": ["desktops:read"]}))
        .await
        .good();
    let browser = cookie(&sign_in(&app, json!({"key": made["secret"]}), None).await);
    let other = cookie(&sign_in(&app, json!({"key": app.admin}), None).await);
    let look = |cookie: String| {
        let app = &app;
        async move { by_page(app, &cookie, Method::GET, "/desktops", OWN).await }
    };
    look(browser.clone()).await.good();
    app.delete(&format!("/keys/{}", made["id"].as_str().unwrap()))
        .await
        .good();
    look(browser).await.error(401);
    look(other.clone()).await.good();
    app.later(Duration::from_secs(15 * 24 * 3600));
    look(other).await.error(401);
}

#[tokio::test]
async fn a_link_signs_in_once() {
    let app = App::start().await;
    let reader = app.key(&[Scope::DesktopsRead]).await;
    let link = app
        .call_as(&reader, Method::POST, "/auth/links", &[], "")
        .await;
    assert_eq!(link.status, 201);
    let link = link.good();
    let code = link["href"]
        .as_str()
        .unwrap()
        .strip_prefix("http://localhost:8700/#/sign-in/")
        .unwrap()
        .to_owned();
    let first = sign_in(&app, json!({"code": code}), Some(OWN)).await;
    let cookie = cookie(&first);
    assert_eq!(first.json()["scopes"], json!(["desktops:read"]));
    by_page(&app, &cookie, Method::GET, "/desktops", OWN)
        .await
        .good();
    for body in [json!({"code": code}), json!({"code": "wrong"})] {
        let refused = sign_in(&app, body, Some(OWN)).await.error(401);
        assert!(refused.contains("link"), "{refused}");
    }
    for body in [json!({}), json!({"code": code, "key": reader})] {
        sign_in(&app, body, Some(OWN)).await.error(400);
    }
    sign_in(&app, json!({"key": "sk_nen_wrong"}), Some(OWN))
        .await
        .error(401);
}

#[tokio::test]
async fn the_live_view_takes_a_cookie_in_place_of_a_token() {
    let app = App::start().await;
    let id = app.desktop().await;
    let of = async |scopes: &[Scope]| {
        let key = app.key(scopes).await;
        cookie(&sign_in(&app, json!({"key": key}), None).await)
    };
    let (reader, writer) = (
        of(&[Scope::DesktopsRead]).await,
        of(&[Scope::DesktopsWrite]).await,
    );
    let state = format!("/desktops/{id}/view/state");
    let takeover = format!("/desktops/{id}/view/takeover");
    let role = async |cookie: &str| {
        let state = by_page(&app, cookie, Method::GET, &state, OWN).await.good();
        (state["role"].clone(), state["takeover"].clone())
    };
    assert_eq!(role(&reader).await, (json!("view"), json!(false)));
    assert_eq!(role(&writer).await, (json!("interactive"), json!(false)));
    by_page(&app, &reader, Method::POST, &takeover, OWN)
        .await
        .error(403);
    app.act(&id, "left_click").await.good();
    // There is no session yet; whoever holds the desktop stands in one.
    by_page(&app, &writer, Method::POST, &takeover, OWN)
        .await
        .good();
    assert_eq!(role(&reader).await, (json!("view"), json!(true)));
    let told = by_page(&app, &reader, Method::GET, &state, OWN)
        .await
        .good();
    assert_eq!(told["held_by"], "test", "the key's name");
    app.act(&id, "left_click").await.error(409);
    by_page(&app, &writer, Method::DELETE, &takeover, OWN)
        .await
        .good();
    app.act(&id, "left_click").await.good();
    let log = app.get(&format!("/desktops/{id}/tool-logs")).await.good();
    let taken = log.as_array().unwrap().iter();
    let mut taken = taken.filter(|entry| entry["action"] == "take_control");
    let last = taken.next_back().unwrap();
    assert_ne!(last["actor"], "human", "it is known who");
    by_page(&app, &writer, Method::GET, &state, "https://evil.example")
        .await
        .error(401);
}
