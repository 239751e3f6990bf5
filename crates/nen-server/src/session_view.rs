//! A live-view session as it stands on the wire, with a fresh link.

use crate::rfb_filter::Role;
use crate::state::AppState;
use crate::viewer::token::{Claims, sign};
use nen_protocol::session::SessionInfo;
use nen_store::SessionRow;

/// The session for a caller. One who may not drive desktops gets a link that only shows the screen, even when the
/// session is interactive: a link must not give more than the key it was made with.
pub(crate) fn session_info(
    state: &AppState,
    base: &str,
    row: &SessionRow,
    may_drive: bool,
) -> SessionInfo {
    let interactive = row.interactive && may_drive;
    let role = if interactive {
        Role::Interactive
    } else {
        Role::View
    };
    let lifetime =
        i64::try_from(state.config().viewer_token_lifetime.as_secs()).unwrap_or(i64::MAX);
    let expires_at = state.store().now().saturating_add(lifetime);
    let claims = Claims {
        role,
        expires: expires_at.unsigned_abs(),
        session: row.session_id.clone(),
    };
    let token = sign(state.viewer_secret(), &row.desktop_id, &claims);
    SessionInfo {
        href: format!("{base}/view/{}#token={token}", row.desktop_id),
        active: true,
        interactive,
        takeover: row.takeover,
        expires_at,
    }
}
