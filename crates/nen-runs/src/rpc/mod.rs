//! What a workflow's Python and its worker say to each other: JSON objects, one per line.
//!
//! Everything that comes in was made by hostile code and is believed only after it was checked.

mod agent;
mod args;
mod computer;
mod drive;
mod wire;

use std::sync::Arc;

use nen_protocol::workflow::StepStatus;
use serde_json::{Value, json};

use crate::desktops::{DesktopError, DesktopErrorKind};
use crate::seat::Seat;
use crate::steps::{Begun, Steps};
pub(crate) use agent::AgentSetup;
pub use agent::execute_metadata;
pub(crate) use wire::{Incoming, Sender, Wire};

/// What a call can reach.
#[derive(Debug)]
pub(crate) struct Session {
    pub seat: Seat,
    pub steps: Arc<Steps>,
    pub agent: AgentSetup,
}

/// An error that is raised in the workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallError {
    /// Name of the class.
    kind: &'static str,
    message: String,
}

impl CallError {
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// The arguments are wrong.
    pub fn value(message: impl Into<String>) -> Self {
        Self::new("ValueError", message)
    }

    /// It did not work.
    pub fn workflow(message: impl Into<String>) -> Self {
        Self::new("WorkflowError", message)
    }

    fn to_value(&self) -> Value {
        json!({"type": self.kind, "message": self.message})
    }
}

impl From<DesktopError> for CallError {
    fn from(error: DesktopError) -> Self {
        match error.kind {
            DesktopErrorKind::Bad | DesktopErrorKind::Missing | DesktopErrorKind::Busy => {
                Self::workflow(error.message)
            }
            DesktopErrorKind::Failed => Self::new("ConnectionLost", error.message),
        }
    }
}

/// Does a call and answers it.
pub(crate) async fn answer(
    session: Arc<Session>,
    sender: Sender,
    id: u64,
    call: String,
    args: Value,
) {
    let step = session
        .steps
        .begin(&call, args::redacted(&call, &args))
        .await;
    let done = perform(&session, &step, &call, &args).await;
    let reply = match &done {
        Ok(value) => json!({"id": id, "ok": value}),
        Err(error) => json!({"id": id, "error": error.to_value()}),
    };
    // A workflow that is gone needs no answer; how it ended is found out elsewhere.
    let _ = sender.send(&reply).await;
    if done.is_err() {
        tracing::Span::current().record("otel.status_code", "ERROR");
    }
    let (status, output, error) = match done {
        Ok(value) => (StepStatus::Ok, args::summary(&call, &value), None),
        Err(error) => (StepStatus::Error, None, Some(error.message)),
    };
    session.steps.end(step, status, output, error).await;
}

async fn perform(
    session: &Session,
    step: &Begun,
    call: &str,
    args: &Value,
) -> Result<Value, CallError> {
    match call.split_once('.') {
        Some(("computer", method)) => computer::call(session, step, method, args).await,
        Some(("drive", method)) => drive::call(session, method, args).await,
        Some(("agent", method)) => agent::call(session, step, method, args).await,
        _ => Err(CallError::new(
            "RPCError",
            format!("there is no call {call:?}"),
        )),
    }
}
