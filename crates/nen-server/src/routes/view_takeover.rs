//! `/desktops/{id}/view/takeover`.

use crate::control;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use crate::tool_log::HUMAN;
use crate::viewer::access::{self, TokenQuery};
use axum::extract::State;
use axum::http::StatusCode;

/// Take control
///
/// From now on `execute` answers 409, until control is handed back or the session ends. Needs no key but the token of an
/// interactive link. Fine when control is taken already.
#[utoipa::path(
    post, path = "/desktops/{id}/view/takeover", tag = "Live view", operation_id = "takeControl",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), TokenQuery),
    responses((status = 204, description = "A person holds the desktop.")),
    security(("viewer_token" = [])),
)]
pub(crate) async fn take(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(token): QueryOf<TokenQuery>,
) -> Result<StatusCode, ApiError> {
    set(&state, &id, &token, true).await
}

/// Hand control back
///
/// Agents may act again. Needs no key but the token of an interactive link. Fine when nobody holds the desktop.
#[utoipa::path(
    delete, path = "/desktops/{id}/view/takeover", tag = "Live view", operation_id = "returnControl",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), TokenQuery),
    responses((status = 204, description = "Nobody holds the desktop.")),
    security(("viewer_token" = [])),
)]
pub(crate) async fn give_back(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(token): QueryOf<TokenQuery>,
) -> Result<StatusCode, ApiError> {
    set(&state, &id, &token, false).await
}

async fn set(
    state: &AppState,
    id: &str,
    token: &TokenQuery,
    held: bool,
) -> Result<StatusCode, ApiError> {
    let access = access::check(state, id, token).await?;
    access::interactive(&access)?;
    if access.session.takeover != held {
        let row = state
            .store()
            .sessions()
            .set_takeover(id, held)
            .await
            .map_err(|error| ApiError::internal(&error))?;
        if row.is_none() {
            return Err(ApiError::not_found(
                "the session of this link has ended, ask for a new one",
            ));
        }
        control::hold(state, &access.desktop.workspace_id, id, held, HUMAN).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
