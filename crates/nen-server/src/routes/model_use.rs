//! `GET /settings/model-use`: what models were used for.

use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::QueryOf;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use nen_protocol::workflow::{ModelUse, WorkflowErrorBody};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which time to look at.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ModelUseQuery {
    /// Unix seconds of the first moment; 30 days before `until` when left out.
    since: Option<i64>,
    /// Unix seconds of the moment at which to stop; now when left out.
    until: Option<i64>,
}

/// What models were used for
///
/// Calls, tokens and cost of all runs and of the agent over HTTP, by day (UTC) and model. Calls are kept for 400 days.
#[utoipa::path(
    get, path = "/settings/model-use", tag = "Settings", operation_id = "getModelUse",
    params(ModelUseQuery),
    responses(
        (status = 200, description = "The use.", body = ModelUse),
        (status = 400, description = "The times are no period.", body = WorkflowErrorBody),
    ),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Admin(caller): Admin,
    QueryOf(query): QueryOf<ModelUseQuery>,
) -> Result<Json<ModelUse>, ApiError> {
    let runs = state.runs();
    let found = runs.model_use(caller.workspace(), query.since, query.until);
    Ok(Json(found.await?))
}
