//! What the errors of workflows and runs answer.

use crate::error::ApiError;
use axum::http::StatusCode;
use nen_protocol::workflow::ErrorCode;
use nen_runs::RunsError;

/// Seconds after which a server that cannot execute workflows now may be asked again.
const RETRY_AFTER: u64 = 5;

impl From<RunsError> for ApiError {
    fn from(error: RunsError) -> Self {
        let status = match error.code() {
            ErrorCode::NotFound => StatusCode::NOT_FOUND,
            ErrorCode::Conflict => StatusCode::CONFLICT,
            ErrorCode::HmacRequiredForSecureParams => StatusCode::FORBIDDEN,
            ErrorCode::InvalidSignature => StatusCode::UNAUTHORIZED,
            ErrorCode::Expired => StatusCode::GONE,
            ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::InvalidRequest | ErrorCode::InvalidParams | ErrorCode::InvalidWorkflow => {
                StatusCode::BAD_REQUEST
            }
            _ => return Self::internal(&error),
        };
        let answer = Self::new(status, error.to_string()).with_code(error.code());
        match status {
            StatusCode::SERVICE_UNAVAILABLE => answer.retry_after(RETRY_AFTER),
            _ => answer,
        }
    }
}
