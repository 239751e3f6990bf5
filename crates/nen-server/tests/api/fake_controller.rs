//! A desktop's controller that does as little as possible and remembers what it was asked.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, watch};

/// What a fake desktop did, for tests to look at.
#[derive(Default)]
pub struct Seen {
    /// Bodies of execute requests.
    pub executed: Mutex<Vec<Value>>,
    /// Headers of the last request.
    pub headers: Mutex<HeaderMap>,
    pub files: Mutex<BTreeMap<String, Bytes>>,
    /// Files by their paths.
    pub paths: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Everything that came over the screen's stream.
    pub rfb: watch::Sender<Vec<u8>>,
    /// A slow action began.
    pub slow_began: Notify,
    /// A slow action was dropped before its end.
    pub slow_dropped: Notify,
    /// Lets a slow action end.
    pub slow_end: Notify,
}

pub fn router(seen: Arc<Seen>) -> Router {
    Router::new()
        .route(
            "/health",
            get(|| async {
                axum::Json(json!({"status": "ok", "display": {"width": 1280, "height": 800}}))
            }),
        )
        .route("/tools", get(tools))
        .route("/execute", post(execute))
        .route("/screenshot", get(screenshot))
        .route("/files", get(list))
        .route("/files/{name}", get(download).post(upload).delete(remove))
        .route("/fs", get(list_folder))
        .route("/fs/content", get(read_path).put(write_path))
        .route("/rfb", get(rfb))
        .route("/events", get(events))
        .with_state(seen)
}

async fn tools(State(seen): State<Arc<Seen>>, headers: HeaderMap) -> Response {
    *seen.headers.lock().unwrap() = headers;
    axum::Json(json!([{"name": "computer", "description": "d", "parameters": {"type": "object"}}]))
        .into_response()
}

struct OnDrop(Arc<Seen>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.slow_dropped.notify_one();
    }
}

async fn execute(State(seen): State<Arc<Seen>>, headers: HeaderMap, body: Bytes) -> Response {
    *seen.headers.lock().unwrap() = headers;
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return (
            StatusCode::BAD_REQUEST,
            axum::Json(json!({"error": "the body is not valid JSON"})),
        )
            .into_response();
    };
    seen.executed.lock().unwrap().push(body.clone());
    let action = body["action"]["action"].as_str().unwrap_or("").to_owned();
    let record = |status: &str| {
        json!([{"tool": "computer", "action": action, "params": {}, "status": status, "changed": true,
            "started_at": 1743447260.5, "duration_ms": 12.0}])
        .to_string()
    };
    match action.as_str() {
        "slow" => {
            let dropped = OnDrop(seen.clone());
            seen.slow_began.notify_one();
            seen.slow_end.notified().await;
            std::mem::forget(dropped);
            axum::Json(json!({"status": "ok"})).into_response()
        }
        "refuse" => (
            StatusCode::BAD_REQUEST,
            [("nen-log", record("error"))],
            axum::Json(json!({"error": "no such key"})),
        )
            .into_response(),
        "timed" => (
            [
                ("nen-log", record("ok")),
                (
                    "server-timing",
                    "wait;dur=0.010, input;dur=0.020, settle;dur=0.500".to_owned(),
                ),
            ],
            axum::Json(json!({"status": "ok"})),
        )
            .into_response(),
        "boastful" => (
            [("server-timing", "settle;dur=86400000.000".to_owned())],
            axum::Json(json!({"status": "ok"})),
        )
            .into_response(),
        "chatty" => (
            [(
                "server-timing",
                "settle;dur=0.100;desc=\"what was typed\"".to_owned(),
            )],
            axum::Json(json!({"status": "ok"})),
        )
            .into_response(),
        "teapot" => (StatusCode::IM_A_TEAPOT, "short and stout").into_response(),
        "html" => (
            [(header::CONTENT_TYPE, "text/html")],
            "<script>alert(1)</script>",
        )
            .into_response(),
        "bad-log" => (
            [("nen-log", "not json")],
            axum::Json(json!({"status": "ok"})),
        )
            .into_response(),
        _ => (
            [
                ("nen-log", record("ok")),
                ("set-cookie", "evil=1".to_owned()),
            ],
            axum::Json(json!({"status": "ok", "output": action})),
        )
            .into_response(),
    }
}

async fn screenshot(headers: HeaderMap, request: Request) -> Response {
    const ETAG: &str = "\"one\"";
    if request
        .uri()
        .query()
        .is_some_and(|query| query.contains("quality=0"))
    {
        return (
            StatusCode::BAD_REQUEST,
            axum::Json(json!({"error": "quality must be 1 to 100, not 0"})),
        )
            .into_response();
    }
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag == ETAG)
    {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, ETAG)]).into_response();
    }
    (
        [(header::ETAG, ETAG), (header::CONTENT_TYPE, "text/html")],
        "PNG",
    )
        .into_response()
}

async fn list(State(seen): State<Arc<Seen>>, request: Request) -> Response {
    let files: Vec<_> = seen
        .files
        .lock()
        .unwrap()
        .iter()
        .map(|(name, bytes)| json!({"name": name, "size": bytes.len(), "modified": 1.5}))
        .collect();
    axum::Json(json!({"files": files, "query": request.uri().query()})).into_response()
}

async fn download(
    State(seen): State<Arc<Seen>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(bytes) = seen.files.lock().unwrap().get(&name).cloned() else {
        return (
            StatusCode::NOT_FOUND,
            axum::Json(json!({"error": "no such file"})),
        )
            .into_response();
    };
    let kind = [(header::CONTENT_TYPE, "text/html"), (header::ETAG, "\"f\"")];
    if headers.contains_key(header::RANGE) {
        let range = [(header::CONTENT_RANGE, format!("bytes 0-0/{}", bytes.len()))];
        return (StatusCode::PARTIAL_CONTENT, kind, range, bytes.slice(..1)).into_response();
    }
    (kind, bytes).into_response()
}

async fn upload(State(seen): State<Arc<Seen>>, Path(name): Path<String>, body: Body) -> Response {
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let size = bytes.len();
    seen.files.lock().unwrap().insert(name.clone(), bytes);
    axum::Json(json!({"success": true, "size": size, "filename": name})).into_response()
}

async fn remove(State(seen): State<Arc<Seen>>, Path(name): Path<String>) -> Response {
    match seen.files.lock().unwrap().remove(&name) {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => (
            StatusCode::NOT_FOUND,
            axum::Json(json!({"error": "no such file"})),
        )
            .into_response(),
    }
}

type Fields = Query<BTreeMap<String, String>>;

async fn list_folder(State(seen): State<Arc<Seen>>, Query(query): Fields) -> Response {
    let paths = seen.paths.lock().unwrap();
    let (folder, extension) = (&query["path"], query["pattern"].trim_start_matches('*'));
    let files: Vec<_> = paths
        .iter()
        .filter_map(|(path, bytes)| {
            let name = path.strip_prefix(folder.as_str())?.strip_prefix('/')?;
            name.ends_with(extension)
                .then(|| json!({"name": name, "size": bytes.len(), "modified": 1.5}))
        })
        .collect();
    axum::Json(json!({"path": folder, "files": files})).into_response()
}

async fn read_path(
    State(seen): State<Arc<Seen>>,
    Query(query): Fields,
    headers: HeaderMap,
) -> Response {
    let Some(bytes) = seen.paths.lock().unwrap().get(&query["path"]).cloned() else {
        let body = axum::Json(json!({"error": "no such file"}));
        return (StatusCode::NOT_FOUND, body).into_response();
    };
    let Some(range) = headers.get(header::RANGE) else {
        return bytes.into_response();
    };
    let range = range.to_str().unwrap().strip_prefix("bytes=").unwrap();
    let (first, last) = range.split_once('-').unwrap();
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    if first >= bytes.len() {
        let body = axum::Json(json!({"error": "outside the file"}));
        return (StatusCode::RANGE_NOT_SATISFIABLE, body).into_response();
    }
    let part = bytes[first..bytes.len().min(last + 1)].to_vec();
    (StatusCode::PARTIAL_CONTENT, part).into_response()
}

async fn write_path(State(seen): State<Arc<Seen>>, Query(query): Fields, body: Body) -> StatusCode {
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST;
    };
    let mut paths = seen.paths.lock().unwrap();
    let file = paths.entry(query["path"].clone()).or_default();
    if query["append"] != "true" {
        file.clear();
    }
    file.extend_from_slice(&bytes);
    StatusCode::NO_CONTENT
}

/// Greets like an RFB server and keeps what it hears.
async fn rfb(State(seen): State<Arc<Seen>>, request: Request) -> Response {
    tokio::spawn(async move {
        let upgraded = hyper::upgrade::on(request).await.unwrap();
        let mut stream = hyper_util::rt::TokioIo::new(upgraded);
        stream.write_all(b"RFB 003.008\n").await.unwrap();
        let mut buffer = [0; 4096];
        while let Ok(n) = stream.read(&mut buffer).await {
            if n == 0 {
                break;
            }
            seen.rfb
                .send_modify(|all| all.extend_from_slice(&buffer[..n]));
        }
    });
    let upgrade = [(header::CONNECTION, "upgrade"), (header::UPGRADE, "rfb")];
    (StatusCode::SWITCHING_PROTOCOLS, upgrade).into_response()
}

/// Nothing ever happens inside.
async fn events() -> Response {
    let silent = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
    (
        [(header::CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(silent),
    )
        .into_response()
}
