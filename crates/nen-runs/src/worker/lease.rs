//! Saying that this worker is alive.

use super::finish;
use crate::{Runs, RunsError};

pub(super) async fn keep(runs: Runs) {
    let mut ticks = tokio::time::interval(runs.0.config.lease / 3);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = runs.0.ended.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = renew(&runs).await {
            tracing::error!(%error, "The leases of runs cannot be renewed");
        }
    }
}

async fn renew(runs: &Runs) -> Result<(), RunsError> {
    let worker = &runs.0.config.worker;
    let store = runs.0.store.runs();
    let _claims = runs.0.active.hold_claims().await;
    let held = store.renew(worker, runs.lease_until_ms()).await?;
    // A claim whose answer was lost, or which the database finished only after it had been asked what a killed predecessor
    // held: with its lease renewed, nobody else would ever take it for lost.
    for id in runs.0.active.keep_only(&held) {
        if let Some(run) = store.find(id).await?
            && run.worker.as_ref() == Some(worker)
        {
            finish::recover(runs, &run).await?;
        }
    }
    Ok(())
}
