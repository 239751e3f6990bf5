//! How tools reach the server.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};

/// Nen's HTTP API, as one caller with one key has it.
pub trait Api: Send + Sync + 'static {
    /// Sends a call and reads its answer to the end. The request's URI is path and query only; the key is added on the
    /// way. Whoever drops the future calls the call off.
    ///
    /// # Errors
    /// When no whole answer came. An answer that says no is an answer.
    fn send(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> BoxFuture<'_, Result<Response<Bytes>, ApiError>>;
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The server could not be reached, or the connection broke.
    #[error("{0}")]
    Unreachable(String),
    /// The answer has more bytes than were asked for.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
}
