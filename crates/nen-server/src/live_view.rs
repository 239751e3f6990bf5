//! A link for watching a desktop, for those who only know of something that happens on it.

use crate::error::ApiError;
use crate::routes::session::LIFETIME;
use crate::session_view::session_info;
use crate::state::AppState;
use nen_fleet::FleetError;
use nen_protocol::desktop::DesktopStatus;
use nen_store::{PutSession, StoreError};

/// A link that only shows the screen: of the desktop's session, which stays as it is, or of one that is opened for it.
/// None when the desktop is not here or there is nothing to see.
pub(crate) async fn link(
    state: &AppState,
    base: &str,
    workspace: &str,
    desktop_id: &str,
) -> Result<Option<String>, ApiError> {
    let desktop = match state.fleet().get(workspace, desktop_id).await {
        Ok(desktop) => desktop,
        Err(FleetError::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if !matches!(
        desktop.status,
        DesktopStatus::Running | DesktopStatus::Paused
    ) {
        return Ok(None);
    }
    let sessions = state.store().sessions();
    let found = sessions
        .get(desktop_id)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let row = match found {
        Some(row) => row,
        None => {
            let view_only = PutSession {
                interactive: false,
                takeover: false,
                held_by: None,
                token_hash: None,
                expires_at: state.store().now().saturating_add(LIFETIME),
            };
            // Another may be opened meanwhile, perhaps by a person who takes control: that one stays.
            match sessions.open(desktop_id, &view_only).await {
                Ok(row) => row,
                Err(StoreError::Missing { .. }) => return Ok(None),
                Err(error) => return Err(ApiError::internal(&error)),
            }
        }
    };
    Ok(Some(session_info(state, base, &row, false).href))
}
