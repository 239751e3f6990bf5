//! How slow a request's body may come. Whoever sends one byte at a time holds a connection, and what its handler holds.

use crate::error::ApiError;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// For any body.
const FIRST: Duration = Duration::from_secs(30);
/// Bytes per second, on the whole, that a longer one must come with.
const SLOWEST: u64 = 8 * 1024;

/// Middleware: 408 for a body that comes too slowly.
pub(crate) async fn refuse(request: Request, next: Next) -> Response {
    if HttpBody::is_end_stream(request.body()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let late = Arc::new(AtomicBool::new(false));
    let paced = Paced {
        inner: body,
        read: 0,
        begun: None,
        alarm: Box::pin(tokio::time::sleep(FIRST)),
        late: Arc::clone(&late),
    };
    let response = next.run(Request::from_parts(parts, Body::new(paced))).await;
    if late.load(Ordering::Acquire) && !response.status().is_success() {
        return ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            format!(
                "the body came too slowly: it may take {} s, and one more for each {} KiB",
                FIRST.as_secs(),
                SLOWEST / 1024
            ),
        )
        .into_response();
    }
    response
}

/// A body with a clock.
struct Paced {
    inner: Body,
    read: u64,
    /// When somebody began to read it: it waits in the meantime, and is not slow.
    begun: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
    late: Arc<AtomicBool>,
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let begun = match self.begun {
            Some(begun) => begun,
            None => {
                let now = Instant::now();
                self.alarm.as_mut().reset(now + FIRST);
                *self.begun.insert(now)
            }
        };
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            if let Some(Ok(frame)) = &frame {
                self.read += frame.data_ref().map_or(0, |data| data.len() as u64);
                let until = begun + FIRST + Duration::from_secs(self.read / SLOWEST);
                self.alarm.as_mut().reset(until);
            }
            return Poll::Ready(frame);
        }
        if self.alarm.as_mut().poll(cx).is_ready() {
            self.late.store(true, Ordering::Release);
            let late =
                std::io::Error::new(std::io::ErrorKind::TimedOut, "the body came too slowly");
            return Poll::Ready(Some(Err(axum::Error::new(late))));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        HttpBody::size_hint(&self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::post;
    use futures_util::stream;
    use tower::ServiceExt;

    /// Sends pieces of a size, one each second, and answers the status.
    async fn send(pieces: usize, size: usize) -> StatusCode {
        let body = stream::unfold(0, move |n| async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            (n < pieces).then(|| (Ok::<_, std::io::Error>(vec![b' '; size]), n + 1))
        });
        let router = Router::new()
            .route("/", post(|_: Bytes| async {}))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .layer(from_fn(refuse));
        let request = Request::post("/").body(Body::from_stream(body)).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test(start_paused = true)]
    async fn what_drips_is_cut_off_and_what_flows_may_take_its_time() {
        assert_eq!(send(20, 1).await, StatusCode::OK);
        assert_eq!(send(40, 1).await, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(send(400, 4 * 1024).await, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(send(400, 8 * 1024).await, StatusCode::OK);
    }
}
