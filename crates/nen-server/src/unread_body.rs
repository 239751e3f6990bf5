//! Reads what a refused caller still sends. Most HTTP clients write their whole body before they look for an answer;
//! one that finds the connection closed on the way reports a broken pipe instead of the reason.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// At most this much is read for nothing, for at most so long.
const MOST: usize = 256 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(30);

/// Middleware: answers errors only once the body is read, within bounds.
pub(crate) async fn read(request: Request, next: Next) -> Response {
    if HttpBody::is_end_stream(request.body()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body)));
    let rest = Shared(Arc::clone(&body.0));
    let request = Request::from_parts(parts, Body::new(body));
    let response = next.run(request).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        // Too slow or too much: then the answer may be lost on its way after all.
        let _ = tokio::time::timeout(LONGEST, drop_all(rest)).await;
    }
    response
}

async fn drop_all(mut body: Shared) {
    let mut read = 0;
    while read < MOST {
        match poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) | None => return,
        }
    }
}

/// A body that can be read on by another when its reader has let go of it.
struct Shared(Arc<Mutex<Body>>);

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut Body) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.with(|body| Pin::new(body).poll_frame(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|body| HttpBody::size_hint(body))
    }
}
