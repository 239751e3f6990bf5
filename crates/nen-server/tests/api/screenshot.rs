//! The image itself.

use crate::app::App;
use axum::http::Method;

#[tokio::test]
async fn an_image_comes_with_its_type_and_etag() {
    let app = App::start().await;
    let id = app.desktop().await;
    for (query, kind) in [
        ("", "image/png"),
        ("?format=jpeg&quality=70", "image/jpeg"),
        ("?format=webp", "image/webp"),
    ] {
        let image = app.get(&format!("/desktops/{id}/screenshot{query}")).await;
        assert_eq!((image.status.as_u16(), image.text().as_str()), (200, "PNG"));
        assert_eq!(
            image.header("content-type"),
            kind,
            "whatever the desktop says"
        );
        assert_eq!(image.header("etag"), "\"one\"");
        assert_eq!(image.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn an_unchanged_screen_is_304() {
    let app = App::start().await;
    let id = app.desktop().await;
    let seen = [("if-none-match", "\"one\"")];
    let reply = app
        .call(
            Method::GET,
            &format!("/desktops/{id}/screenshot"),
            &seen,
            "",
        )
        .await;
    assert_eq!(
        (
            reply.status.as_u16(),
            reply.header("etag"),
            reply.bytes.len()
        ),
        (304, "\"one\"", 0)
    );
}
