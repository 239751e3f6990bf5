//! Forgetting entries of the audit log whose time is over.

use nen_store::Store;
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

const OFTEN: Duration = Duration::from_secs(3600);

/// Looks at once and then every hour, until the server stops.
pub(crate) async fn run(store: Store, kept: Duration, stopping: CancellationToken) {
    let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    let mut ticks = tokio::time::interval(OFTEN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let before = store.now_ms().saturating_sub(kept_ms);
        match store.audit().forget_before(before).await {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, "Old entries of the audit log were forgotten"),
            Err(error) => {
                tracing::error!(%error, "Old entries of the audit log cannot be forgotten");
            }
        }
    }
}
