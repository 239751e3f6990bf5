//! Streams without an end of their own end with what their caller was let in by.

use super::Caller;
use crate::state::AppState;
use std::time::Duration;

/// Longest time between two looks: what another process revokes nobody tells here.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Ready once the caller's key or sign-in is good no more: at once when it ended by this process.
pub(crate) async fn ended(state: AppState, caller: Caller) {
    let mut endings = state.keys().endings();
    // Looked at first: what ended between the check at the door and the line above is told of no more.
    while caller.still(&state).await {
        // The sender is the state's own, and lives as long.
        let _ = tokio::time::timeout(LOOK_AGAIN, endings.changed()).await;
    }
}
