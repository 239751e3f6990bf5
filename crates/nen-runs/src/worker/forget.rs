//! Forgetting runs whose time is over, with their files.

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{kept_of, run_folder};
use crate::describe::IMPORT;
use crate::{Runs, RunsError};

/// How often it is looked for some.
const OFTEN: Duration = Duration::from_secs(3600);

const DAY_MS: i64 = 24 * 3600 * 1000;

/// How many are looked up at once.
const SOME: u32 = 100;

/// After so many that stay, one after the other, the place of their files is taken for away.
const AWAY: u32 = 3;

/// Forgets some every hour until the process stops.
pub(super) async fn keep(runs: Runs) {
    let mut ticks = tokio::time::interval(OFTEN);
    loop {
        tokio::select! {
            () = runs.0.stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let done = async {
            forget(&runs).await?;
            clear(&runs).await
        };
        // What is not done by the end is done by the next process.
        tokio::select! {
            () = runs.0.stopping.cancelled() => return,
            done = done => if let Err(error) = done {
                tracing::warn!(%error, "Runs whose time is over stay for now");
            }
        }
    }
}

/// Forgets every run whose time is over. One that cannot be keeps no other from it.
async fn forget(runs: &Runs) -> Result<(), RunsError> {
    let before = runs.0.store.now_ms() - i64::from(runs.0.config.keep_days) * DAY_MS;
    let (mut stay, mut in_a_row) = (0, 0);
    loop {
        let old = runs.0.store.runs().ended_before(before, SOME, stay);
        let old = old.await?;
        for id in &old {
            match forget_one(runs, id).await {
                Ok(()) => in_a_row = 0,
                Err(error) => {
                    tracing::warn!(run_id = id, %error, "A run whose time is over stays for now");
                    (stay, in_a_row) = (stay + 1, in_a_row + 1);
                }
            }
            if in_a_row == AWAY {
                return Ok(());
            }
        }
        if old.len() < SOME as usize {
            return Ok(());
        }
    }
}

/// Its files go before the run does: without it nobody would know of them.
async fn forget_one(runs: &Runs, id: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    runs.0.config.objects.remove_below(&kept_of(id)).await?;
    remove(&run_folder(&runs.0.config.folder, id)).await?;
    Ok(runs.0.store.runs().forget(id).await?)
}

/// Removes folders that this machine made for runs which another process has forgotten.
async fn clear(runs: &Runs) -> Result<(), RunsError> {
    let root = runs.0.config.folder.join("runs");
    let Ok(mut folders) = tokio::fs::read_dir(&root).await else {
        return Ok(());
    };
    let old = SystemTime::now() - kept(runs);
    while let Ok(Some(folder)) = folders.next_entry().await {
        let changed = folder.metadata().await.and_then(|found| found.modified());
        let (Ok(id), true) = (
            folder.file_name().into_string(),
            changed.is_ok_and(|changed| changed < old),
        ) else {
            continue;
        };
        if !id.starts_with(IMPORT)
            && runs.0.store.runs().find(&id).await?.is_none()
            && let Err(error) = remove(&folder.path()).await
        {
            tracing::warn!(run_id = id, %error, "The folder of a forgotten run stays for now");
        }
    }
    Ok(())
}

/// How long runs are kept after their end.
fn kept(runs: &Runs) -> Duration {
    Duration::from_secs(u64::from(runs.0.config.keep_days) * 24 * 3600)
}

async fn remove(folder: &Path) -> io::Result<()> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
