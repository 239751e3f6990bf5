//! Looking after what nobody else looks after: runs that waited too long, workers that are gone, desktops without a run.

use std::time::Duration;

use nen_protocol::workflow::RunStatus;
use nen_store::RunEnd;
use tokio::time::{Instant, MissedTickBehavior};

use super::{finish, kept_of, run_folder};
use crate::{Runs, RunsError};

const OFTEN: Duration = Duration::from_secs(1);
const DESKTOPS: Duration = Duration::from_secs(15);
const OLD: Duration = Duration::from_secs(3600);

pub(super) async fn keep(runs: Runs) {
    let mut ticks = tokio::time::interval(OFTEN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut desktops, mut old) = (Instant::now(), Instant::now());
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
        if done.is_ok() && Instant::now() >= old {
            old = Instant::now() + OLD;
            done = forget(&runs).await;
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

/// Forgets runs whose time is over, with their files.
async fn forget(runs: &Runs) -> Result<(), RunsError> {
    let days = i64::from(runs.0.config.keep_days);
    let before = runs.0.store.now_ms() - days * 24 * 3600 * 1000;
    for id in runs.0.store.runs().forget_ended_before(before).await? {
        if let Err(error) = runs.0.config.objects.remove_below(&kept_of(&id)).await {
            tracing::warn!(run_id = id, %error, "Files of a forgotten run stay");
        }
        let folder = run_folder(&runs.0.config.folder, &id);
        if let Err(error) = std::fs::remove_dir_all(&folder)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(run_id = id, %error, "Files of a forgotten run stay");
        }
    }
    Ok(())
}
