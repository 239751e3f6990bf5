//! Files in and out.

use crate::app::App;
use axum::body::{Body, Bytes};
use axum::http::Method;
use futures_util::stream;
use serde_json::json;

#[tokio::test]
async fn a_file_goes_up_is_listed_comes_down_and_is_deleted() {
    let app = App::start().await;
    let id = app.desktop().await;
    let name = "r%C3%A9sum%C3%A9%20%231.pdf";
    let path = format!("/desktops/{id}/files/{name}");
    let up = app
        .call(
            Method::POST,
            &path,
            &[("content-type", "application/pdf")],
            "hello",
        )
        .await
        .good();
    assert_eq!(
        up,
        json!({"success": true, "size": 5, "filename": "résumé #1.pdf"})
    );
    let list = app
        .get(&format!("/desktops/{id}/files?path=a/b%20c/"))
        .await
        .good();
    assert_eq!(list["files"][0]["name"], "résumé #1.pdf");
    assert_eq!(list["query"], "path=a%2Fb%20c");

    let down = app.get(&path).await;
    assert_eq!(
        (
            down.status.as_u16(),
            down.text().as_str(),
            down.header("etag")
        ),
        (200, "hello", "\"f\"")
    );
    assert_eq!(
        down.header("content-disposition"),
        format!("attachment; filename*=UTF-8''{name}")
    );
    assert_eq!(down.header("content-security-policy"), "sandbox");
    let part = app
        .call(Method::GET, &path, &[("range", "bytes=0-0")], "")
        .await;
    assert_eq!((part.status.as_u16(), part.text().as_str()), (206, "h"));
    assert_eq!(part.header("content-range"), "bytes 0-0/5");

    let gone = app.delete(&path).await;
    assert_eq!((gone.status.as_u16(), gone.bytes.len()), (204, 0));
    app.get(&path).await.error(404);
    app.delete(&path).await.error(404);
}

#[tokio::test]
async fn an_upload_over_100_mib_is_413_declared_or_not() {
    let app = App::start().await;
    let id = app.desktop().await;
    let path = format!("/desktops/{id}/files/big");
    let declared = app
        .call(Method::POST, &path, &[], vec![0; (100 << 20) + 1])
        .await;
    assert!(declared.error(413).contains("100 MiB"));
    let chunk = Bytes::from(vec![0; 1 << 20]);
    let endless = stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
    let streamed = app
        .call(Method::POST, &path, &[], Body::from_stream(endless))
        .await;
    assert!(streamed.error(413).contains("100 MiB"));
    assert!(
        app.driver.seen(&id).files.lock().unwrap().is_empty(),
        "nothing was kept"
    );
}

#[tokio::test]
async fn an_upload_that_breaks_off_keeps_nothing() {
    let app = App::start().await;
    let id = app.desktop().await;
    let parts = vec![Ok("half"), Err(std::io::Error::other("gone"))];
    let path = format!("/desktops/{id}/files/half");
    app.call(
        Method::POST,
        &path,
        &[],
        Body::from_stream(stream::iter(parts)),
    )
    .await
    .error(400);
    assert!(app.driver.seen(&id).files.lock().unwrap().is_empty());
}
