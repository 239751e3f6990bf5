//! Letting a viewer in: its token against its desktop's session, or its key.

use super::token::verify;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::rfb_filter::Role;
use crate::state::AppState;
use nen_store::{DesktopRow, DesktopStatus, Scope, SessionRow};
use serde::Deserialize;
use utoipa::IntoParams;

/// The token of a viewer. It stands in the query because browsers cannot send headers with a WebSocket or an
/// `EventSource`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TokenQuery {
    /// From a session's `href`. Without it, a key with `desktops:read` is needed (or the cookie of a browser that was
    /// signed in with one); `desktops:write` makes its viewer an interactive one.
    token: Option<String>,
}

/// A viewer who may come in.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) desktop: DesktopRow,
    /// The session of the desktop; a viewer with a key needs none.
    pub(crate) session: Option<SessionRow>,
    pub(crate) role: Role,
    /// Who comes with a key rather than with a link.
    pub(crate) caller: Option<Caller>,
}

impl Access {
    /// Whether a person holds the desktop.
    pub(crate) fn held(&self) -> bool {
        self.session.as_ref().is_some_and(|row| row.takeover)
    }

    /// Whether the viewer may still be here: its link's session exists, its key is good. A database that fails for a
    /// moment ends no viewer.
    pub(crate) async fn still(&self, state: &AppState) -> bool {
        if let Some(caller) = &self.caller {
            return caller.still(state).await;
        }
        match state.store().sessions().get(&self.desktop.id).await {
            Ok(row) => {
                let id = |row: &SessionRow| row.session_id.clone();
                row.as_ref().map(id) == self.session.as_ref().map(id)
            }
            Err(_) => true,
        }
    }
}

/// Checks a token, or else a key. A token that is wrong, expired or for another desktop is 401, and so is any token on a
/// desktop that does not exist. A good one whose session or desktop has ended meanwhile is 404, like a desktop of
/// another workspace for a key.
pub(crate) async fn check(
    state: &AppState,
    id: &str,
    query: &TokenQuery,
    caller: Option<Caller>,
) -> Result<Access, ApiError> {
    // First of all: a token that is wrong is nobody's, and asks the database nothing.
    let claims = match &query.token {
        Some(token) => {
            let now = state.store().now().unsigned_abs();
            let claims = verify(state.viewer_secret(), id, token, now);
            Some(claims.ok_or_else(|| {
                ApiError::unauthorized("this link is wrong or expired, ask for a new one")
            })?)
        }
        None => None,
    };
    let session = state
        .store()
        .sessions()
        .get(id)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let desktop = state
        .store()
        .desktops()
        .find(id)
        .await
        .map_err(|error| ApiError::internal(&error))?
        .filter(|row| row.status != DesktopStatus::Deleted);
    let Some(claims) = claims else {
        return by_key(id, caller, desktop, session);
    };
    let session = session.filter(|row| row.session_id == claims.session);
    match (desktop, session) {
        (Some(desktop), Some(session)) => Ok(Access {
            desktop,
            session: Some(session),
            role: claims.role,
            caller: None,
        }),
        _ => Err(ApiError::not_found(
            "the session of this link has ended, ask for a new one",
        )),
    }
}

fn by_key(
    id: &str,
    caller: Option<Caller>,
    desktop: Option<DesktopRow>,
    session: Option<SessionRow>,
) -> Result<Access, ApiError> {
    let caller = caller
        .ok_or_else(|| ApiError::internal(&"a viewer without a token has passed without a key"))?;
    let role = if caller.allows(Scope::DesktopsWrite) {
        Role::Interactive
    } else if caller.allows(Scope::DesktopsRead) {
        Role::View
    } else {
        return Err(ApiError::forbidden(
            "this API key lacks the scope desktops:read, or desktops:write for control",
        ));
    };
    let desktop = desktop
        .filter(|row| row.workspace_id == caller.workspace())
        .ok_or_else(|| ApiError::no_desktop(id))?;
    Ok(Access {
        desktop,
        session,
        role,
        caller: Some(caller),
    })
}

/// 403 unless the link is interactive.
pub(crate) fn interactive(access: &Access) -> Result<(), ApiError> {
    match access.role {
        Role::Interactive => Ok(()),
        Role::View => Err(ApiError::forbidden(
            "this only shows the desktop: control needs an interactive link, or a key with desktops:write",
        )),
    }
}
