//! Forgetting runs whose time is over, with their files.

use std::io;
use std::time::Duration;

use super::{kept_of, run_folder};
use crate::Runs;

/// How often it is looked for some.
const OFTEN: Duration = Duration::from_secs(3600);

/// How many are looked up at once.
const SOME: u32 = 100;

/// Forgets some every hour until the process stops.
pub(super) async fn keep(runs: Runs) {
    let mut ticks = tokio::time::interval(OFTEN);
    loop {
        tokio::select! {
            () = runs.0.stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        // What is not done by the end is done by the next process.
        tokio::select! {
            () = runs.0.stopping.cancelled() => return,
            done = forget(&runs) => if let Err(error) = done {
                tracing::warn!(%error, "Runs whose time is over stay for now");
            }
        }
    }
}

/// Its files go before the run does: whoever cannot remove them tries again later.
async fn forget(runs: &Runs) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let days = i64::from(runs.0.config.keep_days);
    let before = runs.0.store.now_ms() - days * 24 * 3600 * 1000;
    loop {
        let old = runs.0.store.runs().ended_before(before, SOME).await?;
        for id in &old {
            runs.0.config.objects.remove_below(&kept_of(id)).await?;
            let folder = run_folder(&runs.0.config.folder, id);
            match tokio::fs::remove_dir_all(&folder).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
            runs.0.store.runs().forget(id).await?;
        }
        if old.len() < SOME as usize {
            return Ok(());
        }
    }
}
