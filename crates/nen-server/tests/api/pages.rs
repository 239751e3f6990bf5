//! Health, the document, pages.

use crate::app::App;
use axum::body::Body;
use axum::http::Request;

async fn get(app: &App, path: &str) -> crate::app::Reply {
    app.send(Request::builder().uri(path).body(Body::empty()).unwrap())
        .await
}

#[tokio::test]
async fn health_and_the_document_need_no_key() {
    let app = App::start().await;
    assert_eq!(get(&app, "/health").await.good()["status"], "ok");
    let document = get(&app, "/openapi.json").await.good();
    assert_eq!(
        document,
        serde_json::to_value(nen_server::openapi()).unwrap()
    );
}

#[tokio::test]
async fn pages_are_html_with_a_strict_policy() {
    let app = App::start().await;
    for (path, ancestors) in [
        ("/", "'none'"),
        ("/docs", "'none'"),
        ("/view/dsk_abc123def456", "*"),
    ] {
        let page = get(&app, path).await;
        // Without `make web` the page says how to build it.
        assert_eq!(
            page.status,
            if nen_server::assets_built() { 200 } else { 404 }
        );
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{path}"
        );
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'")
                && policy.contains(&format!("frame-ancestors {ancestors}")),
            "{policy}"
        );
        assert_eq!(
            page.header("x-frame-options"),
            if ancestors == "*" { "" } else { "DENY" }
        );
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
    }
}
