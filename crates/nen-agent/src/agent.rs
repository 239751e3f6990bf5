use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::error::AgentError;
use crate::execute::{ExecuteReport, execute};
use crate::extract::{ExtractReport, extract};
use crate::models::Models;
use crate::retry::RetryPolicy;
use crate::session::Session;
use crate::task::Task;
use crate::verify::{VerifyReport, verify};

/// The vision agent. It holds nothing of a task, so one does for all.
#[derive(Debug, Clone)]
pub struct Agent {
    models: Arc<Models>,
    retries: RetryPolicy,
}

impl Agent {
    /// An agent over these models.
    pub fn new(models: Arc<Models>) -> Self {
        Self {
            models,
            retries: RetryPolicy::default(),
        }
    }

    /// The same with another policy for providers that cannot answer.
    #[must_use]
    pub fn with_retries(self, retries: RetryPolicy) -> Self {
        Self { retries, ..self }
    }

    /// The models it may ask.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// Does what a sentence says. An iteration is one answer of the model with its actions; there are
    /// [`DEFAULT_ITERATIONS`](crate::DEFAULT_ITERATIONS) unless told otherwise. A job that the model says
    /// cannot be done is [`AgentError::NotDone`].
    pub async fn execute(
        &self,
        task: Task<'_>,
        instruction: &str,
        max_iterations: Option<u32>,
    ) -> Result<ExecuteReport, AgentError> {
        let mut session = self.session(&task)?;
        Box::pin(execute(&mut session, instruction, max_iterations)).await
    }

    /// Looks whether a condition holds, again and again until it does or the time is over; at least once.
    /// That it does not hold is an answer, not an error.
    pub async fn verify(
        &self,
        task: Task<'_>,
        condition: &str,
        timeout: Duration,
    ) -> Result<VerifyReport, AgentError> {
        let mut session = self.session(&task)?;
        Box::pin(verify(&mut session, condition, timeout)).await
    }

    /// Reads data off the screen that fits a JSON Schema. What does not fit is asked for once more, with
    /// what was wrong; then it is [`AgentError::Extraction`].
    pub async fn extract(
        &self,
        task: Task<'_>,
        query: &str,
        schema: &Value,
    ) -> Result<ExtractReport, AgentError> {
        let mut session = self.session(&task)?;
        Box::pin(extract(&mut session, query, schema)).await
    }

    fn session<'a>(&self, task: &'a Task<'a>) -> Result<Session<'a>, AgentError> {
        let model = self.models.find(task.model.as_deref())?;
        task.budget.check(&model.name, model.price)?;
        Ok(Session::new(task, model, self.retries))
    }
}

/// Refuses a text without words.
pub(crate) fn not_blank(name: &str, text: &str) -> Result<(), AgentError> {
    if text.trim().is_empty() {
        return Err(AgentError::Invalid(format!(
            "the {name} is empty: say in words what you want"
        )));
    }
    Ok(())
}
