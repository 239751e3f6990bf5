//! `POST /desktops/{id}/resume`.

use crate::auth::Writer;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use nen_protocol::ErrorBody;
use nen_protocol::desktop::Desktop;

/// Resume a desktop
///
/// Lets a paused desktop go on; one whose programs have ended is started again with its home and drive. Fine when it runs
/// already.
#[utoipa::path(
    post, path = "/desktops/{id}/resume", tag = "Desktops", operation_id = "resumeDesktop",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    responses(
        (status = 200, description = "The running desktop.", body = Desktop),
        (status = 409, description = "Its state does not allow it.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn resume(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
) -> Result<Json<Desktop>, ApiError> {
    Ok(Json(state.fleet().resume(caller.workspace(), &id).await?))
}
