//! The client against a small server that answers wrongly in every way.

use axum::{
    Json, Router,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde_json::json;

use super::*;

/// Starts a server on a port of its own; it ends with the test process.
fn server() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let app = Router::new()
                .route(
                    "/desktops",
                    get(|headers: HeaderMap| async move {
                        match headers.get("authorization").and_then(|v| v.to_str().ok()) {
                            Some("Bearer sk_nen_good") => (StatusCode::OK, Json(json!([]))),
                            _ => (
                                StatusCode::UNAUTHORIZED,
                                Json(json!({"error": "the API key is wrong"})),
                            ),
                        }
                    }),
                )
                .route("/html", get(|| async { "<p>hello" }))
                .route("/gone", get(|| async { StatusCode::NOT_FOUND }))
                .route(
                    "/desktops/{id}/files/{name}",
                    post(
                        |Path((_, name)): Path<(String, String)>, body: Bytes| async move {
                            Json(json!({"success": true, "size": body.len(), "filename": name}))
                        },
                    )
                    .get(
                        |Path((_, name)): Path<(String, String)>| async move {
                            match name.as_str() {
                                "missing" => Err((
                                    StatusCode::NOT_FOUND,
                                    Json(json!({"error": "file \"missing\" not found"})),
                                )),
                                _ => Ok("content of the file"),
                            }
                        },
                    ),
                );
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    format!("http://{address}")
}

fn client(base: &str) -> Client {
    Client::new(base, Some("sk_nen_good".into())).unwrap()
}

#[test]
fn answers_become_values_and_errors() {
    let base = server();
    let good = client(&base);
    assert_eq!(good.get("/desktops").unwrap(), json!([]));

    let bad = Client::new(&base, Some("sk_nen_bad".into())).unwrap();
    let error = bad.get("/desktops").unwrap_err();
    assert_eq!(error.to_string(), "the API key is wrong (401)");
    assert_eq!(
        crate::exit::code_of(&error.into()),
        crate::exit::UNAUTHORISED
    );

    let error = good.get("/gone").unwrap_err();
    assert!(matches!(error, ClientError::NotFound { .. }), "{error:?}");

    let error = good.get("/html").unwrap_err();
    assert!(matches!(error, ClientError::NotNen { .. }), "{error:?}");

    let error = Client::new(&base, None)
        .unwrap()
        .get("/desktops")
        .unwrap_err();
    assert!(matches!(error, ClientError::NoKey { .. }), "{error:?}");
}

#[test]
fn nobody_there_is_said() {
    // Bound and dropped: nothing listens on this port.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = client(&format!("http://127.0.0.1:{port}"))
        .get("/desktops")
        .unwrap_err();
    assert!(
        matches!(error, ClientError::Unreachable { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("nen serve"), "{error}");
    for url in ["127.0.0.1:8700", "ftp://x", "http://", "nonsense"] {
        let error = Client::new(url, None).unwrap_err();
        assert!(
            matches!(error, ClientError::BadUrl { .. }),
            "{url}: {error:?}"
        );
    }
}

#[test]
fn files_stream_both_ways() {
    let client = client(&server());
    let folder = tempfile::tempdir().unwrap();
    let local = folder.path().join("local.txt");
    std::fs::write(&local, "twelve bytes").unwrap();
    let upload = Upload {
        desktop: "dsk_a",
        name: "ü b.txt",
        folder: Some("x"),
        content_type: "text/plain",
    };
    let reply = client
        .upload(&upload, std::fs::File::open(&local).unwrap())
        .unwrap();
    assert_eq!(
        reply,
        json!({"success": true, "size": 12, "filename": "ü b.txt"})
    );

    let target = folder.path().join("target.txt");
    let size = client
        .download_to("dsk_a", "there", None, &target, false)
        .unwrap();
    assert_eq!(size, 19);
    assert_eq!(
        std::fs::read_to_string(&target).unwrap(),
        "content of the file"
    );
    client
        .download_to("dsk_a", "there", None, &target, false)
        .unwrap_err();
    client
        .download_to("dsk_a", "there", None, &target, true)
        .unwrap();

    let absent = folder.path().join("absent.txt");
    let error = client
        .download_to("dsk_a", "missing", None, &absent, true)
        .unwrap_err();
    assert_eq!(crate::exit::code_of(&error), crate::exit::NOT_FOUND);
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        2,
        "leftovers"
    );
}

#[test]
fn loopback_is_recognised() {
    assert!(is_loopback("127.0.0.1"));
    assert!(is_loopback("[::1]"));
    assert!(is_loopback("localhost"));
    assert!(!is_loopback("127.example.com"));
}
