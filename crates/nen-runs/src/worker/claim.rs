//! Taking runs from the queue.

use std::sync::Arc;
use std::time::Duration;

use nen_store::{RunRow, StoreError};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use super::attempt;
use super::control::Entry;
use crate::{Runs, trace};

/// How often the queue is looked at when nobody says that something has come: other processes may have put it there.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub(super) async fn keep(runs: Runs) {
    let slots = Arc::new(Semaphore::new(runs.0.config.slots));
    while !runs.0.stopping.is_cancelled() {
        let slot = tokio::select! {
            () = runs.0.stopping.cancelled() => return,
            slot = slots.clone().acquire_owned() => slot,
        };
        // Listening starts before looking, so that nothing in between is missed.
        let queued = runs.0.queue.notified();
        tokio::pin!(queued);
        queued.as_mut().enable();
        match claim(&runs).await {
            Ok(Some((run, entry))) => {
                let attempts = &runs.0.attempts;
                let runs = runs.clone();
                let span = trace::run(&run);
                let executed = async move {
                    attempt::run(&runs, run, entry).await;
                    drop(slot);
                };
                attempts.spawn(executed.instrument(span));
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "The queue of runs cannot be read"),
        }
        drop(slot);
        tokio::select! {
            () = runs.0.stopping.cancelled() => {}
            () = queued => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

async fn claim(runs: &Runs) -> Result<Option<(RunRow, Entry)>, StoreError> {
    let config = &runs.0.config;
    let _claims = runs.0.active.hold_claims().await;
    let announce = runs.announcer()?;
    let claimed = runs
        .0
        .store
        .runs()
        .claim(
            &config.worker,
            runs.lease_until_ms(),
            config.per_workspace,
            announce,
        )
        .await?;
    let Some(run) = claimed else {
        return Ok(None);
    };
    runs.0.metrics.begun(&run);
    let entry = runs.0.active.enter(&run.id);
    runs.tell_change();
    runs.0.webhooks.wake();
    Ok(Some((run, entry)))
}
