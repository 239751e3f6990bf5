//! The body of an upload on its way through: counted, and remembering how it failed.

use crate::error::ApiError;
use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

const TOO_LARGE: u8 = 1;
const BROKEN: u8 = 2;

/// A body that fails once it is larger than it may be, so that the receiver keeps nothing of it.
#[derive(Debug)]
pub(crate) struct Upload {
    inner: Body,
    left: u64,
    limit: u64,
    trouble: Arc<AtomicU8>,
}

/// How an [`Upload`] went.
#[derive(Debug)]
pub(crate) struct Trouble {
    code: Arc<AtomicU8>,
    limit: u64,
}

impl Upload {
    /// Counts `body`; one that says beforehand that it is larger than `limit` bytes is refused at once.
    pub(crate) fn new(body: Body, limit: u64) -> Result<Self, ApiError> {
        if HttpBody::size_hint(&body).lower() > limit {
            return Err(too_large(limit));
        }
        Ok(Self {
            inner: body,
            left: limit,
            limit,
            trouble: Arc::default(),
        })
    }

    /// Tells afterwards how it went.
    pub(crate) fn trouble(&self) -> Trouble {
        Trouble {
            code: self.trouble.clone(),
            limit: self.limit,
        }
    }

    fn fail(
        &self,
        code: u8,
        text: &'static str,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.trouble.store(code, Ordering::Release);
        Poll::Ready(Some(Err(axum::Error::new(std::io::Error::other(text)))))
    }
}

impl Trouble {
    /// What the caller is told when the body was at fault.
    pub(crate) fn error(&self) -> Option<ApiError> {
        match self.code.load(Ordering::Acquire) {
            TOO_LARGE => Some(too_large(self.limit)),
            BROKEN => Some(ApiError::bad_request(
                "the body ended before it was complete, nothing was kept",
            )),
            _ => None,
        }
    }
}

fn too_large(limit: u64) -> ApiError {
    ApiError::too_large(usize::try_from(limit).unwrap_or(usize::MAX))
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                match self
                    .left
                    .checked_sub(u64::try_from(bytes).unwrap_or(u64::MAX))
                {
                    Some(left) => {
                        self.left = left;
                        Poll::Ready(Some(Ok(frame)))
                    }
                    None => self.fail(TOO_LARGE, "upload too large"),
                }
            }
            Poll::Ready(Some(Err(_))) => self.fail(BROKEN, "upload broke off"),
            other => other,
        }
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
    use futures_util::stream;
    use http_body_util::BodyExt;

    fn streamed(parts: &[&'static str]) -> Body {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| Ok::<_, std::io::Error>(*part))
            .collect();
        Body::from_stream(stream::iter(parts))
    }

    #[tokio::test]
    async fn a_body_at_the_limit_passes_and_one_byte_more_fails() {
        let exact = Upload::new(streamed(&["ab", "cd"]), 4).unwrap();
        let trouble = exact.trouble();
        assert_eq!(exact.collect().await.unwrap().to_bytes(), "abcd");
        assert_eq!(trouble.error(), None);
        let over = Upload::new(streamed(&["ab", "cd", "e"]), 4).unwrap();
        let trouble = over.trouble();
        assert!(over.collect().await.is_err());
        assert_eq!(trouble.error().unwrap().status(), 413);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_the_callers_fault() {
        let parts: Vec<Result<&str, _>> = vec![Ok("ab"), Err(std::io::Error::other("gone"))];
        let upload = Upload::new(Body::from_stream(stream::iter(parts)), 4).unwrap();
        let trouble = upload.trouble();
        assert!(upload.collect().await.is_err());
        assert_eq!(trouble.error().unwrap().status(), 400);
    }

    #[test]
    fn a_body_declared_too_large_is_refused_at_once() {
        assert_eq!(
            Upload::new(Body::from("abcde"), 4).unwrap_err().status(),
            413
        );
    }
}
