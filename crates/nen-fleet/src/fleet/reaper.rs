//! Looks after idle times and hard limits, and forgets what nobody may ask for any more.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use nen_store::DesktopChange;

use super::live::Live;
use super::{Fleet, clock};
use crate::FleetError;
use crate::policy::Due;

/// The longest it sleeps: how old the stored time of last use may be.
const LONGEST: i64 = 30;

/// Seconds between two looks for rows whose time to be shown is over.
const FORGET_EVERY: i64 = 600;

/// Runs until the fleet stops.
pub(super) async fn run(fleet: Fleet) {
    let mut forget_at = clock::now();
    while !fleet.0.stopping.load(Ordering::SeqCst) {
        let now = clock::now();
        if now >= forget_at {
            forget_at = now + FORGET_EVERY;
            if let Err(error) = fleet.0.store.forget_old().await {
                tracing::warn!(error = %error, "Could not forget old rows");
            }
        }
        for live in fleet.all() {
            if let Some(due) = live.usage().due(now) {
                tokio::spawn(act(fleet.clone(), live, due));
            } else {
                store_last_use(&fleet, &live).await;
            }
        }
        let next = fleet
            .all()
            .iter()
            .filter_map(|live| live.usage().next())
            .min();
        let wait = next
            .map_or(LONGEST, |next| next - clock::now())
            .clamp(1, LONGEST);
        let wait = Duration::from_secs(wait.unsigned_abs());
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = fleet.0.changed.notified() => {}
        }
    }
}

/// Does what is due, unless that has changed by the time it is this desktop's turn.
async fn act(fleet: Fleet, live: Arc<Live>, due: Due) {
    let still = |live: &Live| live.usage().due(clock::now()) == Some(due);
    let done = match due {
        Due::Pause if still(&live) => fleet.do_pause(&live, "idle").await.map(|_| ()),
        Due::Pause => Ok(()),
        Due::DeleteIdle => fleet.do_delete(&live, "idle", still).await.map(|_| ()),
        Due::DeleteExpired => fleet.do_delete(&live, "timeout", still).await.map(|_| ()),
    };
    match done {
        Ok(()) | Err(FleetError::NotFound | FleetError::NotRunning(_)) => {}
        Err(error) => {
            tracing::error!(desktop = live.id, error = %error, "Could not do what a desktop's limits ask for");
        }
    }
}

async fn store_last_use(fleet: &Fleet, live: &Arc<Live>) {
    let last_active = live.last_active();
    if live.row().last_active_at >= last_active {
        return;
    }
    // Its state is being changed, and that stores the time as well.
    let Ok(_gate) = live.gate.try_lock() else {
        return;
    };
    let change = DesktopChange {
        last_active_at: Some(last_active),
        ..Default::default()
    };
    match fleet.change(live, change).await {
        Ok(()) | Err(FleetError::NotFound) => {}
        Err(error) => {
            tracing::warn!(desktop = live.id, error = %error, "Could not store a desktop's last use");
        }
    }
}
