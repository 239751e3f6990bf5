use futures_util::future::BoxFuture;
use nen_protocol::Size;
use nen_protocol::execute::{ExecuteBody, ExecuteReply};
use nen_protocol::tools;

/// What the agent looks at and acts on.
pub trait Screen: Send + Sync {
    /// Width and height of the full screenshot in pixels; does not change during a task.
    fn size(&self) -> Size;

    /// Does one action and says what came of it, as `POST /desktops/{id}/execute` does; the agent sends
    /// single actions only, never a batch. When the future is dropped the action is called off: what it
    /// had pressed has to be let go. A screen whose desktop a person holds may wait here until it is
    /// given back, instead of failing with [`ScreenErrorKind::Held`].
    fn act(&self, body: ExecuteBody) -> BoxFuture<'_, Result<ExecuteReply, ScreenError>>;

    /// Names of the tools that the model may use; `computer` has to be one of them.
    fn tools(&self) -> Vec<String> {
        tools::default_tools()
    }
}

/// Why an action was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScreenError {
    /// What kind of failure it is.
    pub kind: ScreenErrorKind,
    /// What was wrong and what would be right.
    pub message: String,
}

/// Kinds of failure of a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenErrorKind {
    /// The action was refused before anything was done (400). The model is told, and may do better.
    BadAction,
    /// A person holds the desktop (409). Ends the task.
    Held,
    /// The desktop does not exist any more. Ends the task.
    Gone,
    /// The desktop failed. Ends the task.
    Failed,
}
