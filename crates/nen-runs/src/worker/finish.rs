//! Ending a run in the database, once.

use std::time::Duration;

use nen_protocol::workflow::RunStatus;
use nen_store::{RunEnd, RunRow, StoreError};

use crate::{Runs, RunsError};

/// A run whose worker is lost again and again before it does anything is not begun for ever.
const MOST_ATTEMPTS: i64 = 3;

/// Time between attempts to write the end of a run to a database that fails.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Stores how a run ended, as long as it takes: a result must not be lost because the database was away. False: the worker
/// had lost the run.
pub(super) async fn finish(runs: &Runs, run: &RunRow, end: &RunEnd) -> bool {
    loop {
        match once(runs, run, end).await {
            Ok(finished) => return finished,
            Err(error) => {
                tracing::error!(run_id = run.id, %error, "The end of a run cannot be stored yet");
            }
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

/// Decides about a run whose worker is gone.
pub(super) async fn recover(runs: &Runs, run: &RunRow) -> Result<(), RunsError> {
    let worker = run.worker.as_deref().unwrap_or_default();
    if run.attempt < MOST_ATTEMPTS && runs.0.store.runs().requeue(&run.id, worker).await? {
        tracing::warn!(
            run_id = run.id,
            "Worker lost before the run had done anything, it is begun again"
        );
        runs.0.queue.notify_one();
        return Ok(());
    }
    let end = match run.cancel_requested {
        true => RunEnd::error(RunStatus::Cancelled, "Cancelled", "the run was cancelled"),
        false => RunEnd::error(RunStatus::Failed, "WorkerLost", "worker lost"),
    };
    if once(runs, run, &end).await? {
        tracing::warn!(run_id = run.id, "Worker lost, the run is ended");
    }
    Ok(())
}

async fn once(runs: &Runs, run: &RunRow, end: &RunEnd) -> Result<bool, StoreError> {
    let worker = run.worker.as_deref().unwrap_or_default();
    let announce = runs.announcer()?;
    let finished = runs
        .0
        .store
        .runs()
        .finish(&run.id, worker, end, announce)
        .await?;
    if let Some(run) = &finished {
        runs.0.metrics.ended(run);
    }
    runs.tell_change();
    runs.0.webhooks.wake();
    // Its place in the workspace, and its concurrency key, are free.
    runs.0.queue.notify_one();
    Ok(finished.is_some())
}
