//! `POST /desktops/{id}/pause`.

use crate::auth::Writer;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use nen_protocol::ErrorBody;
use nen_protocol::desktop::Desktop;

/// Pause a desktop
///
/// Its programs stop where they are and take no CPU time. The next `execute` lets them go on. Fine when it is paused already.
#[utoipa::path(
    post, path = "/desktops/{id}/pause", tag = "Desktops", operation_id = "pauseDesktop",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    responses(
        (status = 200, description = "The paused desktop.", body = Desktop),
        (status = 409, description = "Its state does not allow it.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn pause(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
) -> Result<Json<Desktop>, ApiError> {
    Ok(Json(state.fleet().pause(caller.workspace(), &id).await?))
}
