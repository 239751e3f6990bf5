//! `PUT /settings/budget`: what models may cost in a month.

use crate::auth::Admin;
use crate::doer::By;
use crate::error::ApiError;
use crate::extract::{JSON_LIMIT, workflow_body};
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use nen_protocol::body;
use nen_protocol::workflow::{ModelBudget, SetModelBudget, WorkflowErrorBody};

/// Limit what models may cost
///
/// Before each model call, of runs and of the agent over HTTP, what the workspace has spent in the calendar month (UTC) is
/// looked at; once it has reached the limit, the call is not made. Calls that are in progress then are finished, so it can
/// be passed by as much as they cost. With a limit, models whose price is not known are refused. `null` takes the limit
/// away.
#[utoipa::path(
    put, path = "/settings/budget", tag = "Settings", operation_id = "setModelBudget",
    request_body(content = SetModelBudget),
    responses(
        (status = 200, description = "The budget.", body = ModelBudget),
        (status = 400, description = "It is no amount of money.", body = WorkflowErrorBody),
    ),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn set(
    State(state): State<AppState>,
    Admin(caller): Admin,
    By(doer): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ModelBudget>, ApiError> {
    let bytes = workflow_body(&headers, body, JSON_LIMIT).await?;
    let wanted: SetModelBudget = body::parse(&bytes)?;
    let workspace = caller.workspace();
    let runs = state.runs().by(doer);
    let set = runs.set_budget(workspace, wanted.max_cost_usd);
    Ok(Json(set.await?))
}
