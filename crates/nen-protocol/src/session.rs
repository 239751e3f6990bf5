//! Watching a desktop.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of `PUT /desktops/{id}/session`; an empty body means all defaults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SessionRequest {
    /// Whether viewers may use mouse and keyboard. The server drops their input when not.
    pub interactive: bool,
    /// Whether a person holds the desktop from now on: `execute` answers 409 until control is handed
    /// back or the session ends. Needs `interactive`.
    pub takeover: bool,
}

/// A live-view session, as documented for Nen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionInfo {
    /// Absolute URL of the viewer page. Holds a short-lived token for this desktop and role only.
    pub href: String,
    /// True while the session exists.
    pub active: bool,
    /// Whether viewers may use mouse and keyboard.
    pub interactive: bool,
    /// Whether a person holds the desktop.
    pub takeover: bool,
    /// When the token in `href` stops opening the view, Unix seconds.
    pub expires_at: i64,
}
