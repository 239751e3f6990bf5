//! Why a call on the fleet failed, in the terms of the HTTP surface.

use std::time::Duration;

use nen_store::StoreError;

use crate::{DesktopStatus, DriverError};

/// Why a call on the fleet failed. Each variant names the HTTP status it is answered with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// 404: no such desktop in this workspace (another workspace's one looks the same).
    #[error("no desktop with this id in this workspace")]
    NotFound,
    /// 429: the workspace has as many desktops as it may.
    #[error(
        "this workspace has {limit} desktops, as many as it may have: delete one, or try again later"
    )]
    Quota {
        /// How many it may have.
        limit: usize,
        /// For the `Retry-After` header.
        retry_after: Duration,
    },
    /// 503: the server has as many desktops as it can carry, or is stopping.
    #[error("{reason}")]
    Capacity {
        /// What is used up.
        reason: String,
        /// For the `Retry-After` header.
        retry_after: Duration,
    },
    /// 403: the workspace may not have that, and why.
    #[error("{0}")]
    NotAllowed(String),
    /// 409: a person holds the desktop.
    #[error("a person holds this desktop: wait until control is handed back, or end the session")]
    Held,
    /// 409: the desktop is paused (or otherwise not running) and this call does not resume it.
    #[error("this desktop is {}: resume it first", word(*.0))]
    NotRunning(DesktopStatus),
    /// 502: the desktop failed, with the reason.
    #[error("the desktop failed: {0}")]
    Failed(String),
    /// 504: the desktop did not answer in time.
    #[error("the desktop did not answer within {} s", .0.as_secs())]
    TooSlow(Duration),
    /// 400: the request makes no sense, with what would.
    #[error("{0}")]
    Invalid(String),
    /// 500: the database failed.
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    /// 500: our own fault.
    #[error("{0}")]
    Internal(String),
}

impl FleetError {
    /// The HTTP status this error is answered with.
    #[must_use]
    pub fn status(&self) -> http::StatusCode {
        use http::StatusCode as Code;
        match self {
            Self::NotFound => Code::NOT_FOUND,
            Self::NotAllowed(_) => Code::FORBIDDEN,
            Self::Quota { .. } => Code::TOO_MANY_REQUESTS,
            Self::Capacity { .. } => Code::SERVICE_UNAVAILABLE,
            Self::Held | Self::NotRunning(_) => Code::CONFLICT,
            Self::Failed(_) => Code::BAD_GATEWAY,
            Self::TooSlow(_) => Code::GATEWAY_TIMEOUT,
            Self::Invalid(_) => Code::BAD_REQUEST,
            Self::Store(_) | Self::Internal(_) => Code::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the `Retry-After` header says, where there is one.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Quota { retry_after, .. } | Self::Capacity { retry_after, .. } => {
                Some(*retry_after)
            }
            _ => None,
        }
    }
}

impl From<DriverError> for FleetError {
    fn from(error: DriverError) -> Self {
        Self::Failed(error.to_string())
    }
}

fn word(status: DesktopStatus) -> &'static str {
    match status {
        DesktopStatus::Creating => "still being created",
        DesktopStatus::Running => "running",
        DesktopStatus::Paused => "paused",
        DesktopStatus::Error => "in error",
        DesktopStatus::Deleted => "deleted",
    }
}
