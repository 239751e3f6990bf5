//! `POST /runs/{id}/cancel`.

use crate::auth::WorkflowWriter;
use crate::doer::By;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nen_protocol::workflow::{Run, WorkflowErrorBody};

/// Cancel a run
///
/// One that waits has ended when this answers. One that is being executed is told, and ends soon: `cancel_requested` is
/// true until then. Either way its final webhook is sent.
#[utoipa::path(
    post, path = "/runs/{id}/cancel", tag = "Runs", operation_id = "cancelRun",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11")),
    responses(
        (status = 202, description = "It has ended or will soon.", body = Run),
        (status = 409, description = "It had ended before.", body = WorkflowErrorBody,
            example = json!({"error": "conflict", "message": "the run has ended already: it is completed"})),
    ),
    security(("bearer" = ["workflows:write"])),
)]
pub(crate) async fn cancel(
    State(state): State<AppState>,
    WorkflowWriter(caller): WorkflowWriter,
    By(doer): By,
    PathOf(id): PathOf<String>,
) -> Result<(StatusCode, Json<Run>), ApiError> {
    let run = state
        .runs()
        .by(doer)
        .cancel(caller.workspace(), &id)
        .await?;
    Ok((StatusCode::ACCEPTED, Json(state.runs().view(&run))))
}
