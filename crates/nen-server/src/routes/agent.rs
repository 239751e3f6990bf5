//! `POST /desktops/{id}/agent/{execute,verify,extract}`: the vision agent on a desktop, for any language.

use crate::agent_screen::AgentScreen;
use crate::auth::{Caller, Writer};
use crate::error::ApiError;
use crate::extract::{PathOf, body_bytes};
use crate::run_desktops::FleetDesktops;
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use nen_agent::{AgentError, Budget, ScreenErrorKind, Task};
use nen_protocol::workflow::{AgentAnswer, AgentExecute, AgentExtract, AgentVerify};
use nen_protocol::{ErrorBody, body};
use nen_runs::WorkspaceLedger;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Longest that one call may take.
const DEADLINE: Duration = Duration::from_secs(1800);

/// Most questions to the model in one call.
const MAX_ITERATIONS: u32 = 200;

/// Seconds that `verify` waits when it is not told.
const VERIFY_SECONDS: f64 = 10.0;

/// Let the agent do something
///
/// A vision model looks at the desktop and acts until the instruction is done. Answers what it did; 422 when it could not
/// do it, ran out of iterations or out of budget. When the caller goes away, the agent stops.
#[utoipa::path(
    post, path = "/desktops/{id}/agent/execute", tag = "Agent", operation_id = "agentExecute",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    request_body(content = AgentExecute,
        example = json!({"instruction": "Open the invoices page and download the newest PDF", "max_iterations": 20})),
    responses(
        (status = 200, description = "It was done.", body = AgentAnswer,
            example = json!({"result": {"success": true, "iterations": 4, "summary": "The PDF is in Downloads.",
                "model": "claude-sonnet-4-6", "input_tokens": 9120, "output_tokens": 402, "cost_usd": 0.021,
                "duration_ms": 14210, "actions": 5}})),
        (status = 409, description = "A person holds the desktop.", body = ErrorBody),
        (status = 422, description = "It could not be done.", body = ErrorBody),
        (status = 502, description = "The desktop or the model's provider failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn execute(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<AgentAnswer>, ApiError> {
    let asked: AgentExecute = body::parse(&body_bytes(&headers, body).await?)?;
    if let Some(most) = asked.max_iterations
        && !(1..=MAX_ITERATIONS).contains(&most)
    {
        return Err(ApiError::bad_request(format!(
            "max_iterations must be 1 to {MAX_ITERATIONS}, not {most}"
        )));
    }
    let job = Job::new(&state, &caller, &id).await?;
    let begun = Instant::now();
    let task = job.task(asked.model, asked.max_cost_usd);
    let report = state
        .runs()
        .agent()
        .execute(task, &asked.instruction, asked.max_iterations)
        .await?;
    answer(nen_runs::execute_metadata(&report, begun.elapsed()))
}

/// Ask whether something is so
///
/// A vision model looks at the screen until the condition holds or the time is over.
#[utoipa::path(
    post, path = "/desktops/{id}/agent/verify", tag = "Agent", operation_id = "agentVerify",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    request_body(content = AgentVerify, example = json!({"condition": "The login page is shown", "timeout": 10})),
    responses(
        (status = 200, description = "Whether it holds.", body = AgentAnswer, example = json!({"result": true})),
        (status = 409, description = "A person holds the desktop.", body = ErrorBody),
        (status = 422, description = "The model could not tell.", body = ErrorBody),
        (status = 502, description = "The desktop or the model's provider failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn verify(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<AgentAnswer>, ApiError> {
    let asked: AgentVerify = body::parse(&body_bytes(&headers, body).await?)?;
    let seconds = asked.timeout.unwrap_or(VERIFY_SECONDS);
    let timeout = Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|timeout| *timeout <= DEADLINE)
        .ok_or_else(|| {
            ApiError::bad_request(format!(
                "timeout must be 0 to {} seconds, not {seconds}",
                DEADLINE.as_secs()
            ))
        })?;
    let job = Job::new(&state, &caller, &id).await?;
    let task = job.task(asked.model, None);
    let report = state
        .runs()
        .agent()
        .verify(task, &asked.condition, timeout)
        .await?;
    answer(json!(report.holds))
}

/// Read data off the screen
///
/// A vision model reads what the query asks for. The answer fits the JSON Schema; what does not fit is asked for again
/// once.
#[utoipa::path(
    post, path = "/desktops/{id}/agent/extract", tag = "Agent", operation_id = "agentExtract",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    request_body(content = AgentExtract, example = json!({"query": "The invoice's number and total",
        "schema": {"type": "object", "properties": {"number": {"type": "string"}, "total": {"type": "number"}},
            "required": ["number", "total"]}})),
    responses(
        (status = 200, description = "What was read.", body = AgentAnswer,
            example = json!({"result": {"number": "2026-117", "total": 94.5}})),
        (status = 409, description = "A person holds the desktop.", body = ErrorBody),
        (status = 422, description = "What the model read does not fit the schema.", body = ErrorBody),
        (status = 502, description = "The desktop or the model's provider failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn extract(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<AgentAnswer>, ApiError> {
    let asked: AgentExtract = body::parse(&body_bytes(&headers, body).await?)?;
    let job = Job::new(&state, &caller, &id).await?;
    let task = job.task(asked.model, None);
    let report = state
        .runs()
        .agent()
        .extract(task, &asked.query, &Value::Object(asked.schema))
        .await?;
    answer(report.value)
}

/// A call in progress. When the caller goes away, it is dropped, and the agent stops.
struct Job {
    screen: AgentScreen,
    ledger: WorkspaceLedger,
    cancel: CancellationToken,
}

impl Job {
    async fn new(state: &AppState, caller: &Caller, id: &str) -> Result<Self, ApiError> {
        let desktop = state.fleet().get(caller.workspace(), id).await?;
        let desktops = FleetDesktops::new(
            state.fleet().clone(),
            state.tool_log().clone(),
            state.config().execute_timeout,
        );
        Ok(Self {
            ledger: state.runs().ledger(caller.workspace(), None, id),
            screen: AgentScreen {
                desktops,
                workspace: caller.workspace().to_owned(),
                desktop_id: id.to_owned(),
                actor: caller.actor().to_owned(),
                size: desktop.display,
            },
            cancel: state.stopping().child_token(),
        })
    }

    fn task(&self, model: Option<String>, max_cost_usd: Option<f64>) -> Task<'_> {
        let mut task = Task::new(&self.screen);
        task.model = model;
        task.ledger = &self.ledger;
        task.budget = Budget {
            max_cost_usd,
            max_tokens: None,
            deadline: Some(Instant::now() + DEADLINE),
        };
        task.cancel = self.cancel.clone();
        task
    }
}

fn answer(result: Value) -> Result<Json<AgentAnswer>, ApiError> {
    Ok(Json(AgentAnswer { result }))
}

impl From<AgentError> for ApiError {
    fn from(error: AgentError) -> Self {
        let status = match &error {
            AgentError::Invalid(_) | AgentError::Models(_) => StatusCode::BAD_REQUEST,
            AgentError::Provider(_) => StatusCode::BAD_GATEWAY,
            AgentError::Screen(screen) => match screen.kind {
                ScreenErrorKind::BadAction => StatusCode::BAD_REQUEST,
                ScreenErrorKind::Held => StatusCode::CONFLICT,
                ScreenErrorKind::Gone => StatusCode::NOT_FOUND,
                ScreenErrorKind::Failed => StatusCode::BAD_GATEWAY,
            },
            AgentError::Deadline { .. } => StatusCode::GATEWAY_TIMEOUT,
            AgentError::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
            AgentError::Ledger(_) => StatusCode::INTERNAL_SERVER_ERROR,
            AgentError::NotDone(_)
            | AgentError::OutOfIterations { .. }
            | AgentError::Malformed { .. }
            | AgentError::Extraction { .. }
            | AgentError::Refused { .. }
            | AgentError::CutOff { .. }
            | AgentError::Budget(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, error.to_string())
    }
}
