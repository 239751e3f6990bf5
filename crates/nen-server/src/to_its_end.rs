//! Deeds that come to their end, with their entry in the audit log, also when whoever asked for them has gone away.

use crate::error::ApiError;
use tracing::Instrument;

/// Does something in a task of its own: a handler is dropped in its middle when its connection ends.
pub(crate) async fn to_its_end<T: Send + 'static>(
    deed: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    // What is logged of it belongs to the request.
    match tokio::spawn(deed.in_current_span()).await {
        Ok(done) => done,
        Err(error) => Err(ApiError::internal(&error)),
    }
}
