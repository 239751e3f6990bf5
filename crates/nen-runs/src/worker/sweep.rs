//! Looking after what nobody else looks after: runs that waited too long, workers that are gone, desktops without a run.

use std::time::Duration;

use nen_protocol::workflow::RunStatus;
use nen_store::RunEnd;
use tokio::time::{Instant, MissedTickBehavior};

use super::finish;
use crate::{Runs, RunsError};

const OFTEN: Duration = Duration::from_secs(1);
const DESKTOPS: Duration = Duration::from_secs(15);

pub(super) async fn keep(runs: Runs) {
    let mut ticks = tokio::time::interval(OFTEN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut desktops = Instant::now();
    loop {
        tokio::select! {
            () = runs.0.stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let mut done = often(&runs).await;
        if done.is_ok() && Instant::now() >= desktops {
            desktops = Instant::now() + DESKTOPS;
            done = orphans(&runs).await;
        }
        if let Err(error) = done {
            tracing::error!(%error, "Runs cannot be looked after");
        }
    }
}

async fn often(runs: &Runs) -> Result<(), RunsError> {
    for run in runs.0.store.runs().overdue().await? {
        let end = RunEnd::error(
            RunStatus::Timeout,
            "Timeout",
            "the run was not begun within its queue_timeout_seconds",
        );
        let announce = runs.announcer()?;
        let queue = runs.0.store.runs();
        if let Some(run) = queue.end_queued(&run.id, &end, announce).await? {
            runs.0.metrics.ended(&run);
        }
        runs.tell_change();
        runs.0.webhooks.wake();
    }
    for run in runs.0.store.runs().lost().await? {
        finish::recover(runs, &run).await?;
    }
    Ok(())
}

/// Deletes desktops that were made for runs that do not use them: their worker was killed before it could.
pub(super) async fn orphans(runs: &Runs) -> Result<(), RunsError> {
    let Ok(desktops) = runs.0.desktops.of_runs().await else {
        // Where they are is away; they are found later.
        return Ok(());
    };
    for desktop in desktops {
        let run = runs.0.store.runs().find(&desktop.run_id).await?;
        let used = run.is_some_and(|run| {
            run.status == RunStatus::Running
                && run.desktop_id.as_ref().is_none_or(|id| *id == desktop.id)
        });
        if used {
            continue;
        }
        tracing::info!(
            run_id = desktop.run_id,
            desktop_id = desktop.id,
            "Deleting the desktop of a run that has ended"
        );
        if let Err(error) = runs
            .0
            .desktops
            .delete(&desktop.workspace, &desktop.id)
            .await
        {
            tracing::warn!(desktop_id = desktop.id, %error, "The desktop of a run stays for now");
        }
    }
    Ok(())
}
