use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Input that cannot be taken. The text says what was wrong and what would be right, for people and
/// models alike; it becomes the `error` of a 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl Invalid {
    /// An error from anything that can be shown.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The same error with the place it was found at in front, as in `actions[2]: …`.
    #[must_use]
    pub fn at(self, place: &str) -> Self {
        Self(format!("{place}: {}", self.0))
    }
}

/// Body of every failed call on the Desktop API: one field, as documented for Nen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What was wrong and what would be right.
    #[schema(example = "coordinate [2000, 10] is outside the screen, which is 1280x800")]
    pub error: String,
}

impl From<Invalid> for ErrorBody {
    fn from(invalid: Invalid) -> Self {
        Self { error: invalid.0 }
    }
}
