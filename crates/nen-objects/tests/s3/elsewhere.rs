//! A store that is elsewhere: links to it, and what becomes of an outage, of a slow one, and of one that never answers.

use std::time::Duration;

use bytes::Bytes;
use nen_object_server::{ObjectServer, SECRET, way_to};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::both::{file, pattern};
use crate::objects;

/// A plain GET by whoever has the link.
async fn get(url: &url::Url) -> (String, Vec<u8>) {
    let address = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    let target = &url[url::Position::BeforePath..];
    let request = format!("GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.unwrap();
    let head = reply.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&reply[..head])
        .lines()
        .next()
        .unwrap()
        .to_owned();
    (status, reply[head + 4..].to_vec())
}

#[tokio::test]
async fn a_link_opens_one_object_without_a_key() {
    let server = ObjectServer::start().await;
    let objects = objects(server.address(), "s3://nen/a/folder", &[]);
    for name in ["runs/5f/assets.zip", "runs/5f/other"] {
        objects
            .put(name, Bytes::from_static(b"the files"))
            .await
            .unwrap();
    }
    let link = objects
        .link("runs/5f/assets.zip", Duration::from_secs(60))
        .await;
    let link = link.unwrap().unwrap();
    assert!(!link.as_str().contains(SECRET));
    let (status, body) = get(&link).await;
    assert!(status.contains(" 200 "), "{status}");
    assert_eq!(body, b"the files");
    let mut other = link.clone();
    other.set_path(&link.path().replace("assets.zip", "other"));
    let (status, _) = get(&other).await;
    assert!(status.contains(" 403 "), "{status}");
}

#[tokio::test]
async fn what_must_be_kept_outlasts_an_outage() {
    let mut server = ObjectServer::start().await;
    let store = objects(server.address(), "s3://nen", &[]);
    let file = file(&pattern(20 << 20));
    server.goes_away().await;
    let put = tokio::spawn({
        let store = store.clone();
        async move { store.put_file("runs/5f/assets.zip", file).await }
    });
    // Longer than a put is tried: that it is away for so long is what is tested.
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert!(!put.is_finished(), "it is tried again");
    server.comes_back().await;
    put.await.unwrap().unwrap();
    let found = store.find("runs/5f/assets.zip").await.unwrap().unwrap();
    assert_eq!(found.size, 20 << 20);
}

#[tokio::test]
async fn a_slow_store_is_waited_for_and_a_silent_one_is_not() {
    let server = ObjectServer::start().await;
    // It takes three seconds to send.
    let slow = way_to(server.address(), Some(1 << 20)).await;
    let settings = [("AWS_READ_TIMEOUT", "5s")];
    let store = objects(slow, "s3://nen", &settings);
    let content = Bytes::from(pattern(3 << 20));
    store.put("large", content.clone()).await.unwrap();
    assert!(store.bytes("large").await.unwrap().unwrap() == content);

    let silent = way_to(server.address(), None).await;
    let store = objects(silent, "s3://nen", &settings);
    let refused = store.put("large", content);
    let refused = refused.await.unwrap_err().to_string();
    assert!(refused.contains("did not answer"), "{refused}");
}

#[tokio::test]
async fn who_is_not_known_is_told_so_and_no_secret_is() {
    let server = ObjectServer::start().await;
    let stranger = objects(
        server.address(),
        "s3://nen",
        &[("AWS_SECRET_ACCESS_KEY", "another-secret")],
    );
    let refused = stranger.check().await.unwrap_err();
    assert!(!refused.is_outage(), "{refused}");
    let told = format!("{refused} {refused:?}");
    assert!(!told.contains("another-secret"), "{told}");
}

#[tokio::test]
async fn a_bucket_that_takes_nothing_is_told() {
    let server = ObjectServer::start().await;
    std::fs::write(server.bucket().with_file_name("full"), b"").unwrap();
    let store = objects(server.address(), "s3://full", &[]);
    // Reading does not tell.
    assert_eq!(store.find("a").await.unwrap(), None);
    let refused = store.check().await.unwrap_err();
    assert!(refused.is_outage(), "it may be mended: {refused}");
}
