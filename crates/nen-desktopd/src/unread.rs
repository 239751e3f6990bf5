//! The rest of a body whose reader gave up.

use axum::body::BodyDataStream;
use futures_util::StreamExt as _;

use crate::failure::Failure;

/// Answers a failure only once the body is read to its end, which the server in front bounds in size and time: it writes
/// the whole body before it looks for an answer, and would find a broken pipe instead of the reason.
pub(crate) async fn read<T>(
    stored: Result<T, Failure>,
    mut chunks: BodyDataStream,
) -> Result<T, Failure> {
    if stored.is_err() {
        while let Some(Ok(_)) = chunks.next().await {}
    }
    stored
}
