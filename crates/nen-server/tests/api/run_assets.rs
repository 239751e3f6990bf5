//! Files that a run leaves: its zip by a signed link, its pictures by name.

use crate::app::App;
use axum::body::Body;
use axum::http::{Method, Request};
use bytes::Bytes;
use nen_protocol::workflow::RunStatus;
use nen_store::RunEnd;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;

const ZIP: &[u8] = b"PK\x05\x06 as good as a zip";
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn store(app: &App, name: &str, bytes: &'static [u8]) {
    let objects = app.runs.objects();
    let bytes = Bytes::from_static(bytes);
    objects.put(name, bytes).await.unwrap();
}

/// A run that left files, and the path of their link.
async fn run_with_assets(app: &App) -> (String, String) {
    let id = app.run(&app.workflow(false).await).await;
    app.begin_run().await;
    let end = RunEnd {
        status: RunStatus::Completed,
        result: Some(json!({})),
        error: None,
        error_type: None,
        assets_bytes: Some(i64::try_from(ZIP.len()).unwrap()),
    };
    app.end_run(&id, &end).await;
    let run = app.get(&format!("/runs/{id}")).await.good();
    let link = run["assets"].as_str().unwrap();
    let path = link.strip_prefix("http://localhost:8700").unwrap();
    let query = path.split_once('?').unwrap().1;
    let fields: HashMap<_, _> = query.split('&').filter_map(|f| f.split_once('=')).collect();
    let file = app.runs.assets(&id, fields["expires"], fields["signature"]);
    store(app, &file.unwrap(), ZIP).await;
    (id, path.to_owned())
}

async fn open(app: &App, path: &str, headers: &[(&str, &str)]) -> crate::app::Reply {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_signed_link_opens_without_a_key() {
    let app = App::start().await;
    let (_, link) = run_with_assets(&app).await;
    let zip = open(&app, &link, &[]).await;
    assert_eq!((zip.status.as_u16(), zip.bytes.as_slice()), (200, ZIP));
    assert_eq!(zip.header("content-type"), "application/zip");
    assert_eq!(zip.header("content-length"), ZIP.len().to_string());
    assert_eq!(
        zip.header("content-disposition"),
        "attachment; filename*=UTF-8''assets.zip"
    );
    // The end of a short file is all of it.
    let end = open(&app, &link, &[("range", "bytes=-65557")]).await;
    assert_eq!(end.status, 206, "{}", end.text());
    assert_eq!(end.bytes, ZIP);
    let rest = open(&app, &link, &[("range", "bytes=2-4")]).await;
    assert_eq!(
        (rest.status.as_u16(), rest.bytes.as_slice()),
        (206, &ZIP[2..5])
    );
    let same = open(&app, &link, &[("if-none-match", zip.header("etag"))]).await;
    assert_eq!((same.status.as_u16(), same.bytes.len()), (304, 0));
}

#[tokio::test]
async fn a_download_goes_on_only_with_the_same_file() {
    let app = App::start().await;
    let (_, link) = run_with_assets(&app).await;
    let whole = open(&app, &link, &[]).await;
    let (tag, since) = (whole.header("etag"), whole.header("last-modified"));
    let (long_ago, other) = ("Thu, 01 Jan 1970 00:00:00 GMT", "\"another\"");
    let part = ("range", "bytes=2-4");
    for (condition, status) in [
        (("if-range", tag), 206),
        (("if-range", since), 206),
        (("if-range", other), 200),
        (("if-range", long_ago), 200),
        (("if-match", tag), 206),
        (("if-match", "*"), 206),
        (("if-match", other), 412),
        (("if-unmodified-since", since), 206),
        (("if-unmodified-since", long_ago), 412),
        (("if-none-match", other), 206),
        (("if-none-match", tag), 304),
        (("if-modified-since", long_ago), 206),
        (("if-modified-since", since), 304),
    ] {
        let answer = open(&app, &link, &[condition, part]).await;
        assert_eq!(answer.status, status, "{condition:?}");
        match status {
            200 => assert_eq!(answer.bytes, ZIP, "{condition:?}"),
            206 => assert_eq!(answer.bytes, &ZIP[2..5], "{condition:?}"),
            412 => assert!(answer.text().contains("If-Match"), "{}", answer.text()),
            _ => assert_eq!(answer.bytes, b"", "{condition:?}"),
        }
    }
    let after = open(&app, &link, &[("range", "bytes=900-")]).await;
    assert_eq!(after.status, 416);
    assert_eq!(
        after.header("content-range"),
        format!("bytes */{}", ZIP.len())
    );
}

#[tokio::test]
async fn a_link_that_was_changed_opens_nothing() {
    let app = App::start().await;
    let (id, link) = run_with_assets(&app).await;
    let (other, _) = run_with_assets(&app).await;
    let query = link.split_once('?').unwrap().1;
    for wrong in [
        format!("/runs/{id}/assets.zip"),
        format!("/runs/{other}/assets.zip?{query}"),
        link.replace("expires=", "expires=9"),
        link.replace("signature=", "signature=0"),
        format!("/runs/{id}/assets.zip?expires=x&signature="),
    ] {
        let (code, _) = open(&app, &wrong, &[]).await.failure(404);
        assert_eq!(code, "not_found", "{wrong}");
        // A key is of no help.
        app.get(&wrong).await.failure(404);
    }
}

#[tokio::test]
async fn a_link_expires_and_the_run_gives_a_new_one() {
    let app = App::start().await;
    let (id, link) = run_with_assets(&app).await;
    app.later(6 * DAY);
    assert_eq!(open(&app, &link, &[]).await.status, 200);
    app.later(2 * DAY);
    let (code, _) = open(&app, &link, &[]).await.failure(410);
    assert_eq!(code, "expired");
    let run = app.get(&format!("/runs/{id}")).await.good();
    let fresh = run["assets"]
        .as_str()
        .unwrap()
        .replace("http://localhost:8700", "");
    assert_eq!(open(&app, &fresh, &[]).await.bytes, ZIP);
}

#[tokio::test]
async fn a_screenshot_is_kept_by_who_has_seen_it() {
    let app = App::start().await;
    let id = app.run(&app.workflow(false).await).await;
    store(&app, &app.runs.screenshot(&id, "1.png").unwrap(), b"PNG").await;
    let path = format!("/runs/{id}/screenshots/1.png");
    let picture = app.get(&path).await;
    assert_eq!(
        (picture.status.as_u16(), picture.text().as_str()),
        (200, "PNG")
    );
    assert_eq!(picture.header("content-type"), "image/png");
    assert_eq!(
        picture.header("cache-control"),
        "private, max-age=31536000, immutable"
    );
    let known = ("if-none-match", picture.header("etag"));
    let same = app.call(Method::GET, &path, &[known], "").await;
    assert_eq!((same.status.as_u16(), same.bytes.len()), (304, 0));
    let foreign = app.foreign_key().await;
    let theirs = app.call_as(&foreign, Method::GET, &path, &[], "").await;
    theirs.failure(404);
}
