use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::cache::{Cache, Read};
use crate::dialect::{Dialect, Understood};
use crate::player::Player;
use crate::record::Received;
use crate::script::{Script, Step};

/// Largest request in bytes, as with the providers.
const MAX_BODY: usize = 32 << 20;

/// A running server; it stops when it is dropped.
#[derive(Debug)]
pub struct ScriptedModel {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    key: Option<String>,
    state: Mutex<Played>,
    count: watch::Sender<usize>,
}

#[derive(Debug)]
struct Played {
    player: Player,
    cache: Cache,
    received: Vec<Received>,
}

/// Marks an answer that is none: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
struct Closed;

impl ScriptedModel {
    /// Starts on a free port of the loopback address.
    pub async fn start(script: impl Into<Script>) -> std::io::Result<Self> {
        Self::listen(script, SocketAddr::from(([127, 0, 0, 1], 0)), None).await
    }

    /// Starts on an address; with a key, another one is refused with 401.
    pub async fn listen(
        script: impl Into<Script>,
        address: SocketAddr,
        key: Option<String>,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let shared = Arc::new(Shared {
            key,
            state: Mutex::new(Played {
                player: Player::new(script.into()),
                cache: Cache::default(),
                received: Vec::new(),
            }),
            count: watch::Sender::new(0),
        });
        Ok(Self {
            address: listener.local_addr()?,
            server: tokio::spawn(serve(listener, router(Arc::clone(&shared)))),
            shared,
        })
    }

    /// Where it listens, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has received so far, oldest first.
    pub fn requests(&self) -> Vec<Received> {
        self.shared.lock().received.clone()
    }

    /// Waits until it has received so many requests.
    pub async fn received(&self, count: usize) {
        let mut counted = self.shared.count.subscribe();
        // Fails only when the server is gone, and it is part of this.
        let _ = counted.wait_for(|received| *received >= count).await;
    }

    /// Waits until it stops, which it does only when its listener fails.
    pub async fn stopped(&mut self) {
        // It is never aborted while this is borrowed.
        let _ = (&mut self.server).await;
    }
}

impl Drop for ScriptedModel {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Played> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connections are served by hand because axum cannot close one without an answer.
async fn serve(listener: TcpListener, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let router = router.clone();
            async move {
                let response = router
                    .oneshot(request.map(Body::new))
                    .await
                    .unwrap_or_else(|never: Infallible| match never {});
                match response.extensions().get::<Closed>() {
                    Some(_) => Err(std::io::Error::other("closed by the script")),
                    None => Ok(response),
                }
            }
        });
        tokio::spawn(async move {
            let serving = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            // A client that goes away, and a connection that the script closes, are no news.
            let _ = serving.await;
        });
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/requests", get(requests))
        .route("/v1/messages", post(anthropic))
        .route("/v1/responses", post(responses))
        .route("/v1/chat/completions", post(chat))
        .route("/v1/models/{call}", post(gemini))
        .route("/v1beta/models/{call}", post(gemini))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(shared)
}

async fn requests(State(shared): State<Arc<Shared>>) -> Json<Vec<Received>> {
    Json(shared.lock().received.clone())
}

async fn anthropic(State(shared): State<Arc<Shared>>, request: Incoming) -> Response {
    answer(&shared, Dialect::Anthropic, None, request).await
}

async fn responses(State(shared): State<Arc<Shared>>, request: Incoming) -> Response {
    answer(&shared, Dialect::Responses, None, request).await
}

async fn chat(State(shared): State<Arc<Shared>>, request: Incoming) -> Response {
    answer(&shared, Dialect::Chat, None, request).await
}

async fn gemini(
    State(shared): State<Arc<Shared>>,
    Path(call): Path<String>,
    request: Incoming,
) -> Response {
    match call.strip_suffix(":generateContent") {
        Some(model) => answer(&shared, Dialect::Gemini, Some(model), request).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A request before it is understood.
struct Incoming {
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Incoming {
    type Rejection = Response;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Response> {
        let uri: Uri = request.uri().clone();
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self {
            path: uri.path().to_owned(),
            headers,
            body,
        })
    }
}

async fn answer(
    shared: &Shared,
    dialect: Dialect,
    model: Option<&str>,
    request: Incoming,
) -> Response {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let outcome = authorised(shared, dialect, &request.headers).and_then(|()| {
        dialect
            .understand(&request.headers, model, &body)
            .map_err(|message| (400, message))
    });
    let (number, outcome) = note(shared, dialect, &request, body, outcome);
    match outcome {
        Ok((step, found, read)) => play(dialect, &step, &found, number, read).await,
        Err((status, message)) => error(dialect, status, &message),
    }
}

fn authorised(shared: &Shared, dialect: Dialect, headers: &HeaderMap) -> Result<(), (u16, String)> {
    let key = dialect.key(headers);
    let fits = match (&shared.key, &key) {
        (Some(expected), key) => key.as_ref() == Some(expected),
        (None, key) => key.is_some() || !dialect.needs_key(),
    };
    if fits {
        return Ok(());
    }
    // Some servers repeat the key they were given.
    let key = key.unwrap_or_default();
    Err((401, format!("incorrect API key provided: {key}")))
}

type Outcome = Result<(Step, Understood, Read), (u16, String)>;

/// Writes a request down and finds what answers it.
fn note(
    shared: &Shared,
    dialect: Dialect,
    request: &Incoming,
    body: Value,
    understood: Result<Understood, (u16, String)>,
) -> (u64, Outcome) {
    let mut played = shared.lock();
    let images = understood.as_ref().map_or(0, |found| found.images);
    let outcome = understood.and_then(|found| {
        let step = played
            .player
            .next(&found.subject)
            .map_err(|message| (400, message))?;
        // Only what is answered is read.
        let read = match (step.status, dialect.caches_marks()) {
            (Some(_), _) => Read::default(),
            (None, true) => played.cache.read_marked(&found.blocks),
            (None, false) => played.cache.read_automatic(&found.blocks),
        };
        Ok((step, found, read))
    });
    let read = outcome
        .as_ref()
        .map_or(Read::default(), |(_, _, read)| *read);
    played.received.push(Received {
        path: request.path.clone(),
        headers: shown(&request.headers),
        body,
        bytes: request.body.len(),
        images,
        cached_tokens: read.cached,
        input_tokens: read.total(),
        refused: outcome.as_ref().err().map(|(_, message)| message.clone()),
    });
    let count = played.received.len();
    drop(played);
    shared.count.send_replace(count);
    (count as u64, outcome)
}

fn shown(headers: &HeaderMap) -> BTreeMap<String, String> {
    const KEYS: &[&str] = &["authorization", "x-api-key", "x-goog-api-key"];
    headers
        .iter()
        .map(|(name, value)| {
            let value = match KEYS.contains(&name.as_str()) {
                true => "present".to_owned(),
                false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            };
            (name.to_string(), value)
        })
        .collect()
}

async fn play(
    dialect: Dialect,
    step: &Step,
    found: &Understood,
    number: u64,
    read: Read,
) -> Response {
    if step.hang {
        std::future::pending::<()>().await;
    }
    if step.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(step.delay_ms)).await;
    }
    if step.close {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Closed);
        return response;
    }
    match (&step.raw, step.status) {
        (Some(raw), status) => {
            let status = status.and_then(|status| StatusCode::from_u16(status).ok());
            let body = match raw {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (status.unwrap_or(StatusCode::OK), body).into_response()
        }
        (None, Some(status)) => {
            let message = step.text.as_deref().unwrap_or("an error of the script");
            let mut response = error(dialect, status, message);
            for (name, value) in [(RETRY_AFTER, &step.retry_after), (LOCATION, &step.location)] {
                if let Some(Ok(value)) = value.as_deref().map(str::parse) {
                    response.headers_mut().insert(name, value);
                }
            }
            response
        }
        (None, None) => match dialect.answer(step, found, number, read) {
            Ok(answer) => Json(answer).into_response(),
            Err(message) => error(dialect, 500, &message),
        },
    }
}

fn error(dialect: Dialect, status: u16, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, Json(dialect.error(status, message))).into_response()
}
