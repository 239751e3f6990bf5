//! Telling systemd how far the process is. Where there is none, nothing is told.

use sd_notify::NotifyState;

/// What is started after this may use the server.
pub fn ready() {
    tell(NotifyState::Ready);
}

/// It ends, in order.
pub fn stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "Could not tell systemd how the server is");
    }
}
