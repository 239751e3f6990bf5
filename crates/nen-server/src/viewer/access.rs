//! Letting a viewer in: its token against its desktop's session.

use super::token::verify;
use crate::error::ApiError;
use crate::rfb_filter::Role;
use crate::state::AppState;
use nen_store::{DesktopRow, DesktopStatus, SessionRow};
use serde::Deserialize;
use utoipa::IntoParams;

/// The token of a viewer. It stands in the query because browsers cannot send headers with a WebSocket or an
/// `EventSource`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TokenQuery {
    /// From a session's `href`.
    token: String,
}

/// A viewer who may come in.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) desktop: DesktopRow,
    pub(crate) session: SessionRow,
    pub(crate) role: Role,
}

/// Checks a token. One that is wrong, expired or for another desktop is 401, and so is any token on a desktop that does
/// not exist. A good one whose session or desktop has ended meanwhile is 404.
pub(crate) async fn check(
    state: &AppState,
    id: &str,
    query: &TokenQuery,
) -> Result<Access, ApiError> {
    let now = state.store().now().unsigned_abs();
    let claims = verify(state.viewer_secret(), id, &query.token, now).ok_or_else(|| {
        ApiError::unauthorized("this link is wrong or expired, ask for a new one")
    })?;
    let ended = || ApiError::not_found("the session of this link has ended, ask for a new one");
    let session = state
        .store()
        .sessions()
        .get(id)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let session = session
        .filter(|row| row.session_id == claims.session)
        .ok_or_else(ended)?;
    let desktop = state
        .store()
        .desktops()
        .find(id)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let desktop = desktop
        .filter(|row| row.status != DesktopStatus::Deleted)
        .ok_or_else(ended)?;
    Ok(Access {
        desktop,
        session,
        role: claims.role,
    })
}

/// 403 unless the link is interactive.
pub(crate) fn interactive(access: &Access) -> Result<(), ApiError> {
    match access.role {
        Role::Interactive => Ok(()),
        Role::View => Err(ApiError::forbidden(
            "this link only shows the desktop, control needs an interactive session",
        )),
    }
}
