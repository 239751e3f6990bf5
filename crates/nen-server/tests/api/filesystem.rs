//! Files anywhere on a desktop, passed through to its controller.

use crate::app::App;
use axum::body::{Body, Bytes};
use axum::http::Method;
use futures_util::stream;
use serde_json::json;

#[tokio::test]
async fn a_file_is_written_listed_and_read_by_its_path() {
    let app = App::start().await;
    let id = app.desktop().await;
    let path = format!("/desktops/{id}/fs/content?path=~/a%20b/%C3%BC.csv");
    let put =
        async |path: String, text: &'static str| app.call(Method::PUT, &path, &[], text).await;
    let stored = put(path.clone(), "one,").await;
    assert_eq!((stored.status.as_u16(), stored.bytes.len()), (204, 0));
    assert_eq!(put(format!("{path}&append=true"), "two").await.status, 204);
    let down = app.get(&path).await;
    assert_eq!(
        (down.status.as_u16(), down.text().as_str()),
        (200, "one,two")
    );
    assert_eq!(
        down.header("content-disposition"),
        "attachment; filename*=UTF-8''%C3%BC.csv"
    );
    assert_eq!(down.header("content-security-policy"), "sandbox");
    let part = app
        .call(Method::GET, &path, &[("range", "bytes=4-6")], "")
        .await;
    assert_eq!((part.status.as_u16(), part.text().as_str()), (206, "two"));
    let list = app
        .get(&format!("/desktops/{id}/fs?path=~/a%20b&pattern=*.csv"))
        .await
        .good();
    assert_eq!(
        list,
        json!({"path": "~/a b", "files": [{"name": "ü.csv", "size": 7, "modified": 1.5}]})
    );
    let missing = app
        .get(&format!("/desktops/{id}/fs/content?path=/none"))
        .await;
    missing.error(404);
}

#[tokio::test]
async fn a_file_over_the_limit_is_413_and_nothing_is_kept() {
    let app = App::start().await;
    let id = app.desktop().await;
    let path = format!("/desktops/{id}/fs/content?path=/drive/large");
    let chunk = Bytes::from(vec![0; 1 << 20]);
    let parts = (0..101).map(move |_| Ok::<_, std::io::Error>(chunk.clone()));
    let large = Body::from_stream(stream::iter(parts));
    let reply = app.call(Method::PUT, &path, &[], large).await;
    assert!(reply.error(413).contains("100 MiB"));
    assert!(app.driver.seen(&id).paths.lock().unwrap().is_empty());
}
