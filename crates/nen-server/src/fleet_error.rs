//! What the fleet's errors answer.

use crate::error::ApiError;
use axum::http::StatusCode;
use nen_fleet::FleetError;

impl From<FleetError> for ApiError {
    fn from(error: FleetError) -> Self {
        if error.status() == StatusCode::INTERNAL_SERVER_ERROR {
            return Self::internal(&error);
        }
        let answer = Self::new(error.status(), error.to_string());
        match error.retry_after() {
            Some(wait) => answer.retry_after(wait.as_secs()),
            None => answer,
        }
    }
}
