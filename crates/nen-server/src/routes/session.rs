//! `/desktops/{id}/session`: watching a desktop.

use crate::auth::{Reader, Writer};
use crate::base_url::BaseUrl;
use crate::control;
use crate::doer::By;
use crate::error::ApiError;
use crate::extract::{MaybeJson, PathOf};
use crate::session_view::session_info;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nen_protocol::desktop::DesktopStatus;
use nen_protocol::session::{SessionInfo, SessionRequest};
use nen_store::{PutSession, Scope, SessionRow, StoreError};

/// A session lives until it is deleted or its desktop is; the links to it expire much earlier. Seconds.
pub(crate) const LIFETIME: i64 = 10 * 365 * 24 * 3600;

/// Open the live view
///
/// Makes the session or gives the one there is, with a fresh link. Without a body an existing session stays as it is;
/// with one it becomes what the body says. When that changes `interactive`, earlier links and viewers end.
#[utoipa::path(
    put, path = "/desktops/{id}/session", tag = "Live view", operation_id = "openSession",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    request_body(content = Option<SessionRequest>, example = json!({"interactive": true})),
    responses((status = 200, description = "The session.", body = SessionInfo)),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn open(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
    BaseUrl(base): BaseUrl,
    By(doer): By,
    MaybeJson(body): MaybeJson<SessionRequest>,
) -> Result<Json<SessionInfo>, ApiError> {
    to_its_end(async move {
        if body.is_some_and(|body| body.takeover && !body.interactive) {
            return Err(ApiError::bad_request(
                "takeover needs \"interactive\": true, or a person could not do anything",
            ));
        }
        if state.fleet().get(caller.workspace(), &id).await?.status == DesktopStatus::Deleted {
            return Err(ApiError::no_desktop(&id));
        }
        let store = state.store().by(doer.clone());
        let sessions = store.sessions();
        let before = find(&state, &id).await?;
        let wanted = match (body, &before) {
            (Some(body), _) => body,
            (None, Some(row)) => SessionRequest {
                interactive: row.interactive,
                takeover: row.takeover,
            },
            (None, None) => SessionRequest::default(),
        };
        if before
            .as_ref()
            .is_some_and(|row| row.interactive != wanted.interactive)
        {
            // A new session id: links made for the other role die.
            sessions
                .delete(&id)
                .await
                .map_err(|error| ApiError::internal(&error))?;
            state.viewers().disconnect(&id);
        }
        let put = PutSession {
            interactive: wanted.interactive,
            takeover: wanted.takeover,
            held_by: Some(caller.actor().to_owned()),
            token_hash: None,
            expires_at: state.store().now().saturating_add(LIFETIME),
        };
        let row = sessions.put(&id, &put).await.map_err(|error| match error {
            StoreError::Missing { .. } => ApiError::no_desktop(&id),
            other => ApiError::internal(&other),
        })?;
        let held_before = before.is_some_and(|row| row.takeover);
        if wanted.takeover != held_before {
            control::hold(&state, caller.workspace(), &id, wanted.takeover, &doer).await?;
        }
        Ok(Json(session_info(&state, &base, &row, true)))
    })
    .await
}

/// Look at the live view's session
///
/// With a fresh link. A key without `desktops:write` gets one that only shows the screen.
#[utoipa::path(
    get, path = "/desktops/{id}/session", tag = "Live view", operation_id = "getSession",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    responses((status = 200, description = "The session; 404 while there is none.", body = SessionInfo)),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    BaseUrl(base): BaseUrl,
) -> Result<Json<SessionInfo>, ApiError> {
    if state.fleet().get(caller.workspace(), &id).await?.status == DesktopStatus::Deleted {
        return Err(ApiError::no_desktop(&id));
    }
    let row = find(&state, &id).await?;
    let row =
        row.ok_or_else(|| ApiError::not_found("this desktop has no session, PUT opens one"))?;
    Ok(Json(session_info(
        &state,
        &base,
        &row,
        caller.allows(Scope::DesktopsWrite),
    )))
}

/// End the live view
///
/// Viewers are disconnected and their links dead when this answers; a held desktop is handed back. Fine when there is no
/// session.
#[utoipa::path(
    delete, path = "/desktops/{id}/session", tag = "Live view", operation_id = "endSession",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    responses((status = 204, description = "There is no session any more.")),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn end(
    State(state): State<AppState>,
    Writer(caller): Writer,
    By(doer): By,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, ApiError> {
    to_its_end(async move {
        if state.fleet().get(caller.workspace(), &id).await?.status == DesktopStatus::Deleted {
            return Err(ApiError::no_desktop(&id));
        }
        let before = find(&state, &id).await?;
        state
            .store()
            .by(doer.clone())
            .sessions()
            .delete(&id)
            .await
            .map_err(|error| ApiError::internal(&error))?;
        state.viewers().disconnect(&id);
        if before.is_some_and(|row| row.takeover) {
            control::hold(&state, caller.workspace(), &id, false, &doer).await?;
        }
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

async fn find(state: &AppState, id: &str) -> Result<Option<SessionRow>, ApiError> {
    state
        .store()
        .sessions()
        .get(id)
        .await
        .map_err(|error| ApiError::internal(&error))
}
