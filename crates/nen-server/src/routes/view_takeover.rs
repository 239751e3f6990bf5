//! `/desktops/{id}/view/takeover`.

use crate::auth::Caller;
use crate::control;
use crate::doer::By;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::routes::session;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use crate::tool_log::HUMAN;
use crate::viewer::access::{self, TokenQuery};
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use nen_store::{Doer, PutSession, StoreError};

/// Take control
///
/// From now on `execute` answers 409, until control is handed back or the session ends. Takes the token of
/// an interactive link, or else a key with `desktops:write`. Fine when control is taken already.
#[utoipa::path(
    post, path = "/desktops/{id}/view/takeover", tag = "Live view", operation_id = "takeControl",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), TokenQuery),
    responses((status = 204, description = "A person holds the desktop.")),
    security(("viewer_token" = []), ("bearer" = ["desktops:write"])),
)]
pub(crate) async fn take(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(token): QueryOf<TokenQuery>,
    caller: Option<Extension<Caller>>,
    By(doer): By,
) -> Result<StatusCode, ApiError> {
    to_its_end(async move { set(&state, &id, &token, caller, doer, true).await }).await
}

/// Hand control back
///
/// Agents may act again. Takes the token of an interactive link, or else a key with `desktops:write`. Fine when nobody holds the desktop.
#[utoipa::path(
    delete, path = "/desktops/{id}/view/takeover", tag = "Live view", operation_id = "returnControl",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), TokenQuery),
    responses((status = 204, description = "Nobody holds the desktop.")),
    security(("viewer_token" = []), ("bearer" = ["desktops:write"])),
)]
pub(crate) async fn give_back(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(token): QueryOf<TokenQuery>,
    caller: Option<Extension<Caller>>,
    By(doer): By,
) -> Result<StatusCode, ApiError> {
    to_its_end(async move { set(&state, &id, &token, caller, doer, false).await }).await
}

async fn set(
    state: &AppState,
    id: &str,
    token: &TokenQuery,
    caller: Option<Extension<Caller>>,
    doer: Doer,
    held: bool,
) -> Result<StatusCode, ApiError> {
    let access = access::check(state, id, token, caller.map(|caller| caller.0)).await?;
    access::interactive(&access)?;
    if access.held() == held {
        return Ok(StatusCode::NO_CONTENT);
    }
    let sessions = state.store().sessions();
    if access.session.is_none() {
        // Who holds a desktop stands in its session; one that is made for this gives nobody else a link.
        let new = PutSession {
            interactive: false,
            takeover: false,
            held_by: None,
            token_hash: None,
            expires_at: state.store().now().saturating_add(session::LIFETIME),
        };
        sessions.open(id, &new).await.map_err(|error| match error {
            StoreError::Missing { .. } => ApiError::no_desktop(id),
            other => ApiError::internal(&other),
        })?;
    }
    let actor = access.caller.as_ref().map_or(HUMAN, Caller::actor);
    let row = sessions.set_takeover(id, held.then_some(actor)).await;
    if row.map_err(|error| ApiError::internal(&error))?.is_none() {
        return Err(ApiError::not_found(
            "the session of this link has ended, ask for a new one",
        ));
    }
    let doer = match &access.caller {
        Some(_) => doer,
        None => Doer {
            workspace_id: Some(access.desktop.workspace_id.clone()),
            actor: HUMAN.to_owned(),
            ..doer
        },
    };
    control::hold(state, &access.desktop.workspace_id, id, held, &doer).await?;
    Ok(StatusCode::NO_CONTENT)
}
