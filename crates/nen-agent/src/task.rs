use std::fmt;
use std::future::Future;

use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use crate::budget::Budget;
use crate::error::AgentError;
use crate::ledger::{Ledger, Unbilled};
use crate::observer::{Observer, Unobserved};
use crate::screen::Screen;

/// Where, with what and within which limits the agent works.
#[derive(Clone)]
pub struct Task<'a> {
    /// What it looks at and acts on.
    pub screen: &'a dyn Screen,
    /// Name of the model; the configured default when absent.
    pub model: Option<String>,
    /// What it may spend.
    pub budget: Budget,
    /// Who is told.
    pub observer: &'a dyn Observer,
    /// Who pays.
    pub ledger: &'a dyn Ledger,
    /// Calls it off, at once, wherever it is.
    pub cancel: CancellationToken,
}

impl<'a> Task<'a> {
    /// A task with the default model, without limits, that nobody watches or is billed for.
    pub fn new(screen: &'a dyn Screen) -> Self {
        Self {
            screen,
            model: None,
            budget: Budget::default(),
            observer: &Unobserved,
            ledger: &Unbilled,
            cancel: CancellationToken::new(),
        }
    }

    /// Waits for something as long as the task may go on.
    pub(crate) async fn while_wanted<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, AgentError> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(AgentError::Cancelled),
            () = self.deadline() => Err(AgentError::Deadline { last_error: None }),
            done = work => Ok(done),
        }
    }

    async fn deadline(&self) {
        match self.budget.deadline {
            Some(deadline) => sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    }
}

impl fmt::Debug for Task<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("screen", &self.screen.size())
            .field("model", &self.model)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}
