//! What browsers may and may not do.

use crate::app::App;
use axum::body::Body;
use axum::http::{Method, Request};
use nen_fleet::FleetConfig;
use nen_server::ServerConfig;

fn preflight(origin: &str) -> Request<Body> {
    Request::builder()
        .method(Method::OPTIONS)
        .uri("/desktops")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn cors_is_off_unless_configured() {
    let app = App::start().await;
    let reply = app.send(preflight("https://app.example.com")).await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
    reply.error(401);
}

#[tokio::test]
async fn cors_lets_configured_origins_in_and_no_others() {
    let config = ServerConfig {
        cors_origins: vec!["https://app.example.com".to_owned()],
        ..ServerConfig::default()
    };
    let app = App::with(config, FleetConfig::default()).await;
    let good = app.send(preflight("https://app.example.com")).await;
    assert_eq!(good.status, 200);
    assert_eq!(
        good.header("access-control-allow-origin"),
        "https://app.example.com"
    );
    let bad = app.send(preflight("https://evil.example")).await;
    assert_eq!(bad.header("access-control-allow-origin"), "");
    let origin = [("origin", "https://app.example.com")];
    let made = app.call(Method::POST, "/desktops", &origin, "").await;
    assert_eq!(
        (
            made.status.as_u16(),
            made.header("access-control-allow-origin")
        ),
        (201, "https://app.example.com")
    );
}

#[tokio::test]
async fn a_public_url_is_a_host_and_the_base_of_links() {
    let config = ServerConfig {
        public_url: Some("https://nen.example.com/".to_owned()),
        ..ServerConfig::default()
    };
    let app = App::with(config, FleetConfig::default()).await;
    let id = app.desktop().await;
    let host = [("host", "nen.example.com")];
    let session = app
        .call(Method::PUT, &format!("/desktops/{id}/session"), &host, "")
        .await
        .good();
    let href = session["href"].as_str().unwrap();
    assert!(
        href.starts_with(&format!("https://nen.example.com/view/{id}#token=")),
        "{href}"
    );
}

#[tokio::test]
async fn links_follow_the_host_and_never_forwarded_headers() {
    let app = App::start().await;
    let id = app.desktop().await;
    let headers = [
        ("host", "127.0.0.1:9999"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
    ];
    let session = app
        .call(
            Method::PUT,
            &format!("/desktops/{id}/session"),
            &headers,
            "",
        )
        .await
        .good();
    assert!(
        session["href"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:9999/view/")
    );
}
