//! `GET /runs/{id}/steps`.

use crate::auth::WorkflowReader;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use nen_protocol::workflow::{Step, StepList};
use serde::Deserialize;
use utoipa::IntoParams;

/// Most steps of one answer.
const MOST: u32 = 1000;

/// Which steps to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StepQuery {
    /// Only steps after the one with this number.
    #[param(minimum = 0)]
    after: Option<i64>,
    /// Most steps, 1 to 1000; 100 when left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// What a run did
///
/// Every call of the SDK, oldest first, with the screenshot after it and the questions to models it took. What was typed
/// is not in it, only how much.
#[utoipa::path(
    get, path = "/runs/{id}/steps", tag = "Runs", operation_id = "listRunSteps",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"), StepQuery),
    responses((status = 200, description = "The steps.", body = StepList, example = json!({"steps": [
        {"number": 1, "call": "computer.click_at", "args": {"x": 500, "y": 300, "button": "left"}, "status": "ok",
         "output": "left click at (500, 300)", "started_at": 1_743_447_261.5, "duration_ms": 112.4,
         "screenshot": "/runs/0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11/screenshots/1.png"}]}))),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<StepQuery>,
) -> Result<Json<StepList>, ApiError> {
    let (after, limit) = (query.after.unwrap_or(0), query.limit.unwrap_or(100));
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::bad_request(format!(
            "limit must be 1 to {MOST}, not {limit}"
        )));
    }
    if after < 0 {
        return Err(ApiError::bad_request(format!(
            "after must be 0 or the number of a step, not {after}"
        )));
    }
    let run = state.runs().run(caller.workspace(), &id).await?;
    let found = state
        .store()
        .run_records()
        .steps(&run.id, after, limit)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let steps: Result<Vec<Step>, _> = found
        .into_iter()
        .map(|row| serde_json::from_value(row.step))
        .collect();
    let steps = steps.map_err(|error| ApiError::internal(&error))?;
    Ok(Json(StepList { steps }))
}
