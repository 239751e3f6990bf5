use nen_protocol::Invalid;
use nen_protocol::workflow::ErrorCode;
use nen_store::StoreError;

/// Why a call about workflows or runs failed. The text is for the caller.
#[derive(Debug, thiserror::Error)]
pub enum RunsError {
    /// The request cannot be taken.
    #[error("{0}")]
    Invalid(String),
    /// The parameters do not fit the workflow.
    #[error("{0}")]
    Params(String),
    /// The files are not a workflow.
    #[error("{0}")]
    Workflow(String),
    /// There is no such thing, or it belongs to another workspace.
    #[error("no {what} {id:?}")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// Its id, as asked for.
        id: String,
    },
    /// It cannot be done in this state.
    #[error("{0}")]
    Conflict(String),
    /// Secrets came in a request that was not signed.
    #[error("The secure_workflow_params field requires HMAC authentication.")]
    Unsigned,
    /// The signature is not over this body, or not made with this workspace's signing secret.
    #[error(
        "X-Hmac-Signature is not sha256=<hex of HMAC-SHA256 over the raw body with the workspace's signing secret>"
    )]
    BadSignature,
    /// A signed link is over.
    #[error("this link has expired, GET /runs/{{id}} has a new one")]
    Expired,
    /// Nothing here can execute workflows now.
    #[error("{0}")]
    Unavailable(String),
    /// Sealing or opening a secret failed: another `NEN_SECRET_KEY` than the one it was sealed with.
    #[error("a sealed value cannot be opened: NEN_SECRET_KEY or secret.key has changed")]
    Sealed,
    /// The database failed.
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    File {
        /// What was being done.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl RunsError {
    /// The code of the answer on the workflow surface.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) => ErrorCode::InvalidRequest,
            Self::Params(_) => ErrorCode::InvalidParams,
            Self::Workflow(_) => ErrorCode::InvalidWorkflow,
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::Unsigned => ErrorCode::HmacRequiredForSecureParams,
            Self::BadSignature => ErrorCode::InvalidSignature,
            Self::Expired => ErrorCode::Expired,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Sealed | Self::Store(_) | Self::File { .. } => ErrorCode::Internal,
        }
    }

    pub(crate) fn not_found(what: &'static str, id: &str) -> Self {
        Self::NotFound {
            what,
            id: id.chars().take(64).collect(),
        }
    }

    pub(crate) fn file(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        |source| Self::File {
            what: what.into(),
            source,
        }
    }
}

impl From<Invalid> for RunsError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid.0)
    }
}
