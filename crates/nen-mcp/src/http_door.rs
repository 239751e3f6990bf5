//! The streamable HTTP transport, without sessions: each request stands for itself and its key.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full, LengthLimitError, Limited};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::Api;
use crate::in_flight::{CallName, InFlight};
use crate::server::Server;

/// Most bytes of a message: all files of a workflow, or a file to write, as JSON.
const MOST: usize = 16 << 20;
/// Longest name of a session that is taken.
const LONGEST_NAME: usize = 128;
/// The header with that name.
const SESSION: &str = "mcp-session-id";

/// Answers what comes to `/mcp`. Cheap to clone; clones are one door.
#[derive(Debug, Clone)]
pub struct HttpDoor {
    calls: InFlight,
    config: StreamableHttpServerConfig,
}

/// A request that is no message of MCP, for the server to refuse in its own way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The status to answer.
    pub status: StatusCode,
    /// What was wrong and what would be right.
    pub message: String,
}

/// What is looked at of a message before it is answered.
#[derive(Deserialize)]
struct Envelope<'a> {
    method: Option<String>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

/// What a message says that ends another.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cancelled<'a> {
    #[serde(borrow)]
    request_id: &'a RawValue,
}

impl Default for HttpDoor {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpDoor {
    /// A door that nobody has gone through yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            calls: InFlight::default(),
            config: StreamableHttpServerConfig::default()
                .with_legacy_session_mode(false)
                .with_json_response(true)
                .with_max_request_body_bytes(MOST)
                // The server in front of it checks `Host` and `Origin` of every request, by what it was configured to.
                .disable_allowed_hosts()
                .disable_allowed_origins(),
        }
    }

    /// Answers one request, whose caller was identified as `owner` and reaches the API by `api`. When the future is
    /// dropped, what the tool does is called off.
    ///
    /// # Errors
    /// When the request is no message of MCP.
    pub async fn answer<B>(
        &self,
        owner: &str,
        api: Arc<dyn Api>,
        request: Request<B>,
    ) -> Result<Response<BoxBody<Bytes, Infallible>>, Refusal>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        check_headers(&parts.headers)?;
        let body = read(body).await?;
        let envelope: Envelope<'_> = serde_json::from_slice(&body).map_err(|_| not_a_message())?;
        let method = envelope.method.as_deref().unwrap_or("");
        let introduces = method == "initialize";
        let name = |id: &RawValue| {
            Some(CallName {
                owner: owner.to_owned(),
                session: session(&parts.headers)?,
                id: id.get().to_owned(),
            })
        };
        if method == "notifications/cancelled"
            && let Some(params) = envelope.params
            && let Ok(cancelled) = serde_json::from_str::<Cancelled<'_>>(params.get())
            && let Some(name) = name(cancelled.request_id)
        {
            self.calls.cancel(&name);
        }
        let underway = envelope
            .id
            .and_then(name)
            .map(|name| self.calls.begin(name));
        let cancelled = async {
            match &underway {
                Some(underway) => underway.cancelled().await,
                None => std::future::pending().await,
            }
        };
        let service = StreamableHttpService::new(
            move || Ok(Server::new(api.clone())),
            Arc::new(NeverSessionManager::default()),
            self.config.clone(),
        );
        let request = Request::from_parts(parts.clone(), Full::new(body.clone()));
        let mut response = tokio::select! {
            response = service.handle(request) => response,
            () = cancelled => return Ok(nothing_to_say()),
        };
        if let Some(refusal) = refused(&mut response).await {
            return Err(refusal);
        }
        if introduces && response.status().is_success() {
            // Fails only for what a header cannot hold, and a UUID it can.
            if let Ok(name) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
                response.headers_mut().insert(SESSION, name);
            }
        }
        Ok(response)
    }
}

fn check_headers(headers: &HeaderMap) -> Result<(), Refusal> {
    let says = |name, wanted: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.to_ascii_lowercase().contains(wanted))
    };
    if !says(header::CONTENT_TYPE, "application/json") {
        return Err(Refusal {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            message: "content-type must be application/json".to_owned(),
        });
    }
    if !says(header::ACCEPT, "application/json") || !says(header::ACCEPT, "text/event-stream") {
        return Err(Refusal {
            status: StatusCode::NOT_ACCEPTABLE,
            message: "a client of MCP accepts both application/json and text/event-stream"
                .to_owned(),
        });
    }
    Ok(())
}

async fn read<B>(body: B) -> Result<Bytes, Refusal>
where
    B: Body + Send,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match Limited::new(body, MOST).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            message: format!("body is too large, at most {} MiB are taken", MOST >> 20),
        }),
        Err(_) => Err(Refusal {
            status: StatusCode::BAD_REQUEST,
            message: "the body could not be read to its end".to_owned(),
        }),
    }
}

/// The name that the client was given when it introduced itself.
fn session(headers: &HeaderMap) -> Option<String> {
    let name = headers.get(SESSION)?.to_str().ok()?;
    (1..=LONGEST_NAME)
        .contains(&name.len())
        .then(|| name.to_owned())
}

/// What the transport refuses in plain text, as a sentence of ours.
async fn refused(response: &mut Response<BoxBody<Bytes, Infallible>>) -> Option<Refusal> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !(status.is_client_error() || status.is_server_error()) || is_json {
        return None;
    }
    // The headers were checked before, so what it calls a wrong media type is a body that it cannot read.
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        return Some(not_a_message());
    }
    let body = response.body_mut().collect().await.ok()?.to_bytes();
    Some(Refusal {
        status,
        message: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn not_a_message() -> Refusal {
    Refusal {
        status: StatusCode::BAD_REQUEST,
        message: "the body must be one JSON-RPC message of MCP, such as {\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}"
            .to_owned(),
    }
}

/// To a call that its client has ended: it expects no answer any more.
fn nothing_to_say() -> Response<BoxBody<Bytes, Infallible>> {
    let mut response = Response::new(Empty::new().boxed());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}
