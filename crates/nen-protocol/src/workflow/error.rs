use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of a failed call on the workflow surface: a code for programs and a text for people, as documented for Nen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkflowErrorBody {
    /// What kind of error it is; see [`ErrorCode`].
    #[schema(example = "invalid_request")]
    pub error: String,
    /// What was wrong and what would be right.
    #[schema(example = "Missing required field: workflow_id")]
    pub message: String,
}

/// The codes of [`WorkflowErrorBody`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// 400. Nen's own example spells it `Invalid request`, and so do we.
    InvalidRequest,
    /// 400: `workflow_params` do not fit the workflow's `Params`.
    InvalidParams,
    /// 400: the uploaded files are not a workflow.
    InvalidWorkflow,
    /// 401: no key, or not a good one.
    Unauthorized,
    /// 401: the request's signature is wrong.
    InvalidSignature,
    /// 403: the key lacks a scope.
    Forbidden,
    /// 403: secrets came in a request that was not signed.
    HmacRequiredForSecureParams,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 409: what is asked for cannot be done in this state.
    Conflict,
    /// 410: a signed link has expired.
    Expired,
    /// 413.
    TooLarge,
    /// 415.
    UnsupportedMediaType,
    /// 422: the idempotency key was used with another body.
    IdempotencyMismatch,
    /// 429.
    TooMany,
    /// 500.
    Internal,
    /// 502: a desktop or a model provider failed.
    BadGateway,
    /// 503.
    Unavailable,
    /// 504.
    TooSlow,
}

impl ErrorCode {
    /// As it stands in `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "Invalid request",
            Self::InvalidParams => "invalid_params",
            Self::InvalidWorkflow => "invalid_workflow",
            Self::Unauthorized => "unauthorized",
            Self::InvalidSignature => "invalid_signature",
            Self::Forbidden => "forbidden",
            Self::HmacRequiredForSecureParams => "hmac_required_for_secure_params",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::Expired => "expired",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::TooMany => "too_many_requests",
            Self::Internal => "internal_error",
            Self::BadGateway => "bad_gateway",
            Self::Unavailable => "unavailable",
            Self::TooSlow => "timeout",
        }
    }
}
