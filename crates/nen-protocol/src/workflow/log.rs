use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a line of a run's log comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// `print`.
    Stdout,
    /// Standard error, the `logging` module and warnings among it.
    Stderr,
    /// Nen itself: what began, what an agent decided, how it ended.
    System,
}

impl LogStream {
    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::System => "system",
        }
    }

    /// The stream of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::Stdout, Self::Stderr, Self::System]
            .into_iter()
            .find(|stream| stream.as_str() == name)
    }
}

/// One line of a run's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LogRecord {
    /// 1, 2, 3… within a run.
    pub seq: i64,
    /// Unix seconds with a fraction.
    pub at: f64,
    /// Who said it.
    pub stream: LogStream,
    /// What was said, without the line's end.
    pub text: String,
}
