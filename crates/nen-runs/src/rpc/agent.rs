//! `Agent`: what a vision model does for the workflow.

use std::time::Duration;

use nen_agent::{Agent, AgentError, Budget, ExecuteReport, Observer, ScreenErrorKind, Task, Turn};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{CallError, Session, args};
use crate::WorkspaceLedger;
use crate::steps::{Begun, Steps, tokens_read};

/// What the agent of a run may do.
#[derive(Debug)]
pub(crate) struct AgentSetup {
    pub agent: Agent,
    /// The workspace's.
    pub ledger: WorkspaceLedger,
    /// For calls that name no model.
    pub model: Option<String>,
    /// US dollars for the whole run.
    pub max_cost_usd: Option<f64>,
    /// When the run ends whatever happens.
    pub deadline: Instant,
    /// The run is being cancelled.
    pub cancel: CancellationToken,
}

#[derive(Deserialize)]
struct Execute {
    instruction: String,
    max_iterations: Option<u32>,
    model: Option<String>,
}

#[derive(Deserialize)]
struct Verify {
    condition: String,
    timeout: f64,
    model: Option<String>,
}

#[derive(Deserialize)]
struct Extract {
    query: String,
    schema: Map<String, Value>,
    model: Option<String>,
}

pub(super) async fn call(
    session: &Session,
    step: &Begun,
    method: &str,
    given: &Value,
) -> Result<Value, CallError> {
    let setup = &session.agent;
    let begun = Instant::now();
    let watch = Watch {
        steps: &session.steps,
        step,
    };
    let screen = session.seat.screen().await?;
    let task = |model: Option<String>| {
        Ok::<_, CallError>(Task {
            screen: &screen,
            model: model.or_else(|| setup.model.clone()),
            budget: setup.budget(&session.steps)?,
            observer: &watch,
            ledger: &setup.ledger,
            cancel: setup.cancel.clone(),
        })
    };
    let done = match method {
        "execute" => {
            let Execute {
                instruction,
                max_iterations,
                model,
            } = args::read(given)?;
            let report = setup
                .agent
                .execute(task(model)?, &instruction, max_iterations)
                .await;
            report.map(|report| execute_metadata(&report, begun.elapsed()))
        }
        "verify" => {
            let Verify {
                condition,
                timeout,
                model,
            } = args::read(given)?;
            let timeout = Duration::try_from_secs_f64(timeout)
                .map_err(|_| CallError::value("timeout must be 0 seconds or more"))?;
            let report = setup.agent.verify(task(model)?, &condition, timeout).await;
            report.map(|report| {
                session.steps.say(&format!(
                    "verify: is_valid={} {}",
                    report.holds, report.reason
                ));
                json!(report.holds)
            })
        }
        "extract" => {
            let Extract {
                query,
                schema,
                model,
            } = args::read(given)?;
            let report = setup
                .agent
                .extract(task(model)?, &query, &Value::Object(schema))
                .await;
            report.map(|report| report.value)
        }
        _ => {
            return Err(CallError::new(
                "RPCError",
                format!("there is no call agent.{method}"),
            ));
        }
    };
    done.map_err(CallError::from)
}

/// What `Agent.execute` returns.
#[must_use]
pub fn execute_metadata(report: &ExecuteReport, took: Duration) -> Value {
    json!({
        "success": true,
        "summary": report.summary,
        "iterations": report.iterations,
        "actions": report.actions,
        "model": report.model,
        "input_tokens": tokens_read(report.spent.usage),
        "output_tokens": report.spent.usage.output,
        "cost_usd": report.spent.cost_usd,
        "duration_ms": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    })
}

impl AgentSetup {
    /// What is left for the next call.
    fn budget(&self, steps: &Steps) -> Result<Budget, CallError> {
        let left = match self.max_cost_usd {
            None => None,
            Some(most) => {
                let spent = steps.cost();
                if spent >= most {
                    return Err(CallError::workflow(format!(
                        "the run's budget is used up: {spent:.4} of {most} US dollars; start it with a larger max_cost_usd"
                    )));
                }
                Some(most - spent)
            }
        };
        Ok(Budget {
            max_cost_usd: left,
            max_tokens: None,
            deadline: Some(self.deadline),
        })
    }
}

/// Writes down what a model is asked, answers and does.
struct Watch<'a> {
    steps: &'a Steps,
    step: &'a Begun,
}

impl Observer for Watch<'_> {
    fn turn(&self, turn: &Turn) {
        self.steps.turn(self.step, turn);
    }
}

impl From<AgentError> for CallError {
    fn from(error: AgentError) -> Self {
        let kind = match &error {
            AgentError::Invalid(_) => "ValueError",
            AgentError::Deadline { .. } => "TimeoutError",
            AgentError::Cancelled => "Cancelled",
            AgentError::Screen(screen) if screen.kind == ScreenErrorKind::Failed => {
                "ConnectionLost"
            }
            _ => "WorkflowError",
        };
        Self::new(kind, error.to_string())
    }
}
