//! What a failed call answers: a status and `{"error": "<what was wrong and what would be right>"}`, which becomes
//! `{"error": "<code>", "message": "<text>"}` on the workflow surface (see [`crate::json_errors`]).
//!
//! Handlers return [`ApiError`]; nothing else makes error bodies. Use the constructor that names the case. What is the
//! server's own fault is logged here with its cause and told to the caller without it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use nen_protocol::workflow::{ErrorCode, WorkflowErrorBody};
use nen_protocol::{ErrorBody, Invalid};
use std::fmt::Display;

/// What the system and SQLite say when nothing more can be stored; causes come as text.
const DISK_FULL: [&str; 2] = ["No space left on device", "database or disk is full"];

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    status: StatusCode,
    message: String,
    /// What the workflow surface calls it, where the status does not say it all.
    code: Option<ErrorCode>,
    /// Seconds, for 409, 429 and 503.
    retry_after: Option<u64>,
}

impl ApiError {
    /// An error with any status.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            code: None,
            retry_after: None,
        }
    }

    /// 400: input that cannot be taken; the message names the field.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401: no key or not a good one.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403: known, but not allowed.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404: unknown, or belongs to another workspace: the two must look the same.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 404 for a desktop.
    pub fn no_desktop(id: &str) -> Self {
        Self::not_found(format!("no desktop {}", shown(id)))
    }

    /// 409: someone else is in the way right now.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 429: as many as there may be; told to come again soon.
    pub fn too_many(message: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message).retry_after(5)
    }

    /// 413: more bytes than are taken.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("body is too large, at most {} are taken", bytes_text(limit)),
        )
    }

    /// 500: our fault, or 507 when it is a full disk's. The cause goes to the log, not to the caller.
    pub fn internal(cause: &dyn Display) -> Self {
        tracing::error!(error = %cause, "Request failed on the server's side");
        let text = cause.to_string();
        if DISK_FULL.iter().any(|words| text.contains(words)) {
            return Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "the server's disk is full; nothing can be stored until its operator makes room",
            );
        }
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal error, the server's log has the cause",
        )
    }

    /// Tells the caller when to come again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Names what happened by a code of the workflow surface rather than by the status.
    #[must_use]
    pub(crate) fn with_code(mut self, code: ErrorCode) -> Self {
        self.code = Some(code);
        self
    }

    /// The body on the workflow surface.
    pub(crate) fn into_workflow_body(self) -> WorkflowErrorBody {
        let code = self.code.unwrap_or_else(|| code_of(self.status));
        WorkflowErrorBody {
            error: code.as_str().to_owned(),
            message: self.message,
        }
    }

    /// The status this becomes.
    #[cfg(test)]
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            error: self.message.clone(),
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // For whoever knows which surface was called.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        Self::bad_request(invalid.0)
    }
}

fn code_of(status: StatusCode) -> ErrorCode {
    match status {
        StatusCode::UNAUTHORIZED => ErrorCode::Unauthorized,
        StatusCode::FORBIDDEN => ErrorCode::Forbidden,
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::CONFLICT => ErrorCode::Conflict,
        StatusCode::GONE => ErrorCode::Expired,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        StatusCode::UNPROCESSABLE_ENTITY => ErrorCode::IdempotencyMismatch,
        StatusCode::TOO_MANY_REQUESTS => ErrorCode::TooMany,
        StatusCode::BAD_GATEWAY => ErrorCode::BadGateway,
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::Unavailable,
        StatusCode::GATEWAY_TIMEOUT => ErrorCode::TooSlow,
        other if other.is_server_error() => ErrorCode::Internal,
        _ => ErrorCode::InvalidRequest,
    }
}

/// Something the caller sent, short and printable, for use in a message.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 64;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

/// A byte count as people say it: `100 MiB`, `64 KiB`, `12 bytes`.
fn bytes_text(bytes: usize) -> String {
    match bytes {
        b if b >= 1 << 20 && b % (1 << 20) == 0 => format!("{} MiB", b >> 20),
        b if b >= 1 << 10 && b % (1 << 10) == 0 => format!("{} KiB", b >> 10),
        b => format!("{b} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_sent_is_shown_short_and_printable() {
        assert_eq!(shown("dsk_1"), r#""dsk_1""#);
        assert_eq!(shown("a\n\0"), r#""a\n\0""#);
        assert!(shown(&"é".repeat(1000)).chars().count() < 70);
    }

    #[test]
    fn a_full_disk_is_told_of_and_other_causes_are_not() {
        let full = ApiError::internal(&std::io::Error::from_raw_os_error(28));
        assert_eq!(full.status(), StatusCode::INSUFFICIENT_STORAGE);
        let other = ApiError::internal(&"the secret cause");
        assert_eq!(other.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!other.to_string().contains("secret"));
    }

    #[test]
    fn sizes_read_like_sizes() {
        assert_eq!(bytes_text(100 << 20), "100 MiB");
        assert_eq!(bytes_text(64 << 10), "64 KiB");
        assert_eq!(bytes_text(1000), "1000 bytes");
    }
}
