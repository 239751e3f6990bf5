//! Calls of a server's Desktop API on behalf of a workspace.

use bytes::{Bytes, BytesMut};
use nen_protocol::ErrorBody;
use nen_runs::{DesktopError, DesktopErrorKind};
use nen_store::{Store, StoreError};
use opentelemetry::global;
use opentelemetry_http::HeaderInjector;
use reqwest::{
    Client, Method, Request, StatusCode, Url,
    header::{AUTHORIZATION, HeaderValue},
};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::keys::{WorkerKey, WorkerKeys};
use crate::client::{CALL_TIMEOUT, https_client, reason};

/// Most bytes of an answer that are taken: a picture of the largest screen, twice over.
const MOST: usize = 512 << 20;

/// A server and the keys to use there.
#[derive(Debug)]
pub struct DesktopApi {
    client: Client,
    base: Url,
    keys: WorkerKeys,
}

impl DesktopApi {
    /// The server at `base`, a path prefix of which is kept. It must use the database of `store`.
    pub fn new(base: Url, store: Store) -> anyhow::Result<Self> {
        Ok(Self {
            client: https_client(&base)?,
            base,
            keys: WorkerKeys::new(store),
        })
    }

    /// A request for what is at these segments.
    pub fn request(&self, method: Method, segments: &[&str], query: &[(&str, &str)]) -> Request {
        let mut url = self.base.clone();
        // Fails only for addresses without a host, which no HTTP address is.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Request::new(method, url)
    }

    /// Sends a request with a key of the workspace. A body must not be a stream.
    pub async fn send(&self, workspace: &str, request: Request) -> Result<Answer, CallError> {
        let again = request.try_clone();
        let key = self.keys.of(workspace).await?;
        let answer = self.send_with(&key, request).await?;
        if answer.status == StatusCode::UNAUTHORIZED
            && let Some(request) = again
            && let Some(key) = self.keys.instead_of(workspace, &key).await?
        {
            return self.send_with(&key, request).await;
        }
        Ok(answer)
    }

    /// Ends the keys that were made for these calls.
    pub async fn revoke_keys(&self) {
        self.keys.revoke().await;
    }

    async fn send_with(&self, key: &WorkerKey, mut request: Request) -> Result<Answer, CallError> {
        let value = format!("Bearer {}", key.secret.expose_secret());
        // Keys are letters, digits and underscores.
        if let Ok(mut value) = HeaderValue::try_from(value) {
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        // The server's spans stand below the step that made this call.
        let context = Span::current().context();
        global::get_text_map_propagator(|of| {
            of.inject_context(&context, &mut HeaderInjector(request.headers_mut()));
        });
        let mut response = self
            .client
            .execute(request)
            .await
            .map_err(|error| self.broken(error))?;
        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(error))? {
            if bytes.len() + chunk.len() > MOST {
                return Err(CallError::Broken {
                    server: self.base.clone(),
                    reason: format!("its answer is longer than {MOST} bytes"),
                });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Answer {
            server: self.base.clone(),
            status: response.status(),
            bytes: bytes.freeze(),
        })
    }

    fn broken(&self, error: reqwest::Error) -> CallError {
        let server = self.base.clone();
        let connected = !error.is_connect();
        if error.is_timeout() && connected {
            return CallError::Broken {
                server,
                reason: format!("no answer within {} s", CALL_TIMEOUT.as_secs()),
            };
        }
        let reason = reason(error);
        match connected {
            true => CallError::Broken { server, reason },
            false => CallError::Unreachable { server, reason },
        }
    }
}

/// Why a call got no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// There was no key to make it with.
    #[error("the worker cannot make itself a key: {0}")]
    Key(#[from] StoreError),
    /// Nobody answers there: nothing was done.
    #[error("no server answers at {server}: {reason}")]
    Unreachable {
        /// The server's address.
        server: Url,
        /// Why not.
        reason: String,
    },
    /// The connection broke, or took too long, after it had been made.
    #[error("the connection to {server} failed: {reason}")]
    Broken {
        /// The server's address.
        server: Url,
        /// Why.
        reason: String,
    },
}

impl From<CallError> for DesktopError {
    fn from(error: CallError) -> Self {
        Self::new(DesktopErrorKind::Failed, error.to_string())
    }
}

/// What the server answered, read to its end.
#[derive(Debug)]
pub struct Answer {
    server: Url,
    /// Its status.
    pub status: StatusCode,
    bytes: Bytes,
}

impl Answer {
    /// The bytes of an answer that is no error; else the error, in the server's own words.
    pub fn good(self) -> Result<Bytes, DesktopError> {
        if self.status.is_success() {
            return Ok(self.bytes);
        }
        let server = &self.server;
        let said = serde_json::from_slice::<ErrorBody>(&self.bytes).map(|body| body.error);
        let text = said.unwrap_or_else(|_| match self.status.is_redirection() {
            true => format!("{server} redirects, which is not followed: give `nen worker --server` the address that answers itself"),
            false => format!("{server} answered {}", self.status),
        });
        let text = match self.status {
            StatusCode::UNAUTHORIZED => format!(
                "{server} does not know this worker's key ({text}): give `nen worker` the --database of that server"
            ),
            _ => text,
        };
        Err(DesktopError::new(kind(self.status), text))
    }

    /// An answer that is no error, understood.
    pub fn parse<T: DeserializeOwned>(self) -> Result<T, DesktopError> {
        let server = self.server.clone();
        serde_json::from_slice(&self.good()?).map_err(|error| {
            DesktopError::new(
                DesktopErrorKind::Failed,
                format!("{server} does not answer like a nen server: {error}"),
            )
        })
    }
}

/// As for desktops of the server's own, but that a refused key is nothing a workflow's author can do about.
fn kind(status: StatusCode) -> DesktopErrorKind {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => DesktopErrorKind::Failed,
        StatusCode::NOT_FOUND => DesktopErrorKind::Missing,
        StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            DesktopErrorKind::Busy
        }
        status if status.is_client_error() => DesktopErrorKind::Bad,
        _ => DesktopErrorKind::Failed,
    }
}
