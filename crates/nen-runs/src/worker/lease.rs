//! Saying that this worker is alive.

use crate::Runs;

pub(super) async fn keep(runs: Runs) {
    let mut ticks = tokio::time::interval(runs.0.config.lease / 3);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = runs.0.ended.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let worker = &runs.0.config.worker;
        match runs
            .0
            .store
            .runs()
            .renew(worker, runs.lease_until_ms())
            .await
        {
            Ok(held) => runs.0.active.keep_only(&held),
            Err(error) => tracing::error!(%error, "The leases of runs cannot be renewed"),
        }
    }
}
