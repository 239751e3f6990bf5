//! HTTP to one desktop's controller.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::{Body, Incoming};
use hyper::upgrade::Upgraded;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use nen_protocol::desktop::CreateDesktop;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{BoxStream, Dial, FleetError};

type Fault = Box<dyn Error + Send + Sync>;

/// Headers that go on to a controller. Above all the caller's keys do not: a desktop is the last place for them.
const PASSED: [HeaderName; 9] = [
    header::ACCEPT,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::IF_UNMODIFIED_SINCE,
    header::RANGE,
];

/// Bytes read from a controller at once. A reply with an image goes on to the caller in one piece instead of waking the
/// tasks on its way for every 8 KiB.
const READ: usize = 256 * 1024;

/// One desktop's controller, with its pool of connections. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Controller {
    client: Client<Connector, UnsyncBoxBody<Bytes, Fault>>,
    dial: Arc<dyn Dial>,
}

impl Controller {
    pub fn new(dial: Arc<dyn Dial>) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(8)
            .http1_read_buf_exact_size(READ)
            .build(Connector(Arc::clone(&dial)));
        Self { client, dial }
    }

    /// Sends a request and waits for the head of the reply.
    pub async fn send<B>(&self, request: Request<B>) -> Result<Response<Incoming>, FleetError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Fault>,
    {
        let (mut parts, body) = request.into_parts();
        parts.uri = inner_uri(&parts.uri)?;
        parts.headers = passed(&parts.headers);
        parts.version = http::Version::HTTP_11;
        parts.extensions = http::Extensions::new();
        let request = Request::from_parts(parts, body.map_err(Into::into).boxed_unsync());
        self.client
            .request(request)
            .await
            .map_err(|error| FleetError::Failed(explain(&error)))
    }

    /// A `GET` with nothing in it.
    pub async fn get(&self, path: &'static str) -> Result<Response<Incoming>, FleetError> {
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.uri_mut() = Uri::from_static(path);
        self.send(request).await
    }

    /// Whether it answers, within a time.
    pub async fn is_healthy(&self, within: Duration) -> bool {
        let health = tokio::time::timeout(within, self.get("/health")).await;
        matches!(health, Ok(Ok(reply)) if reply.status().is_success())
    }

    /// Makes a desktop that was started for nobody what is asked for. That it does shows that it answers.
    pub async fn claim(&self, create: &CreateDesktop, within: Duration) -> Result<(), FleetError> {
        let body = json!({ "tools": create.tools, "start_url": create.start_url }).to_string();
        let mut request = Request::new(Full::<Bytes>::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static("/claim");
        let reply = tokio::time::timeout(within, self.send(request))
            .await
            .map_err(|_| FleetError::TooSlow(within))??;
        if reply.status().is_success() {
            return Ok(());
        }
        Err(FleetError::Failed(format!(
            "it answered its claim with {}",
            reply.status()
        )))
    }

    /// Opens the RFB stream, on a connection of its own.
    pub async fn rfb(&self) -> Result<Upgraded, FleetError> {
        let failed = |error: &dyn Error| FleetError::Failed(explain(error));
        let stream = self.dial.dial().await.map_err(|error| failed(&error))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| failed(&error))?;
        tokio::spawn(connection.with_upgrades());
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.uri_mut() = Uri::from_static("/rfb");
        for (name, value) in [
            (header::HOST, "desktop"),
            (header::CONNECTION, "upgrade"),
            (header::UPGRADE, "rfb"),
        ] {
            request
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        let reply = sender
            .send_request(request)
            .await
            .map_err(|error| failed(&error))?;
        if reply.status() != http::StatusCode::SWITCHING_PROTOCOLS {
            return Err(FleetError::Failed(format!(
                "it answered the viewer with {}",
                reply.status()
            )));
        }
        hyper::upgrade::on(reply)
            .await
            .map_err(|error| failed(&error))
    }
}

/// The same path and query at the one host there is.
fn inner_uri(uri: &Uri) -> Result<Uri, FleetError> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let built = Uri::builder()
        .scheme("http")
        .authority("desktop")
        .path_and_query(path)
        .build();
    built.map_err(|_| FleetError::Invalid("the path cannot be passed to a desktop".to_owned()))
}

fn passed(headers: &HeaderMap) -> HeaderMap {
    let mut inner = HeaderMap::new();
    for name in &PASSED {
        for value in headers.get_all(name) {
            inner.append(name, value.clone());
        }
    }
    inner
}

/// An error with its causes: the outermost one of hyper's says nothing by itself.
fn explain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.ends_with(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

/// Opens connections for the pool, wherever the request seems to go.
#[derive(Debug, Clone)]
struct Connector(Arc<dyn Dial>);

impl tower::Service<Uri> for Connector {
    type Response = TokioIo<Line>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Line>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let dial = Arc::clone(&self.0);
        Box::pin(async move { dial.dial().await.map(|stream| TokioIo::new(Line(stream))) })
    }
}

/// A driver's stream as hyper's pool wants it.
struct Line(BoxStream);

impl Connection for Line {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_cookies_stay_outside() {
        let mut headers = HeaderMap::new();
        for name in [
            "authorization",
            "x-api-key",
            "cookie",
            "connection",
            "host",
            "content-type",
            "range",
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static("x"));
        }
        let inner = passed(&headers);
        assert_eq!(inner.len(), 2);
        assert!(inner.contains_key("content-type") && inner.contains_key("range"));
    }

    #[test]
    fn a_path_keeps_its_query_and_loses_its_host() {
        let inner = inner_uri(&Uri::from_static(
            "https://api.example:8443/files/a%2Fb?path=x",
        ))
        .unwrap();
        assert_eq!(inner.to_string(), "http://desktop/files/a%2Fb?path=x");
        assert_eq!(
            inner_uri(&Uri::from_static("/health")).unwrap().path(),
            "/health"
        );
    }
}
