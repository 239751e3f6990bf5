//! Executing runs: claimed one by one, held by leases, ended exactly once.

mod attempt;
mod claim;
mod control;
mod finish;
mod forget;
mod lease;
mod sweep;
mod talk;

use std::path::{Path, PathBuf};

use crate::Runs;
pub(crate) use control::Active;

/// Starts what this process does for runs: looks after leases and waiting times, and executes when it has slots.
pub(crate) async fn start(runs: &Runs) -> Result<(), crate::RunsError> {
    if runs.0.config.sole_worker {
        for run in runs.0.store.runs().held_by(&runs.0.config.worker).await? {
            finish::recover(runs, &run).await?;
        }
        // Before any of them is claimed again: its new execution would keep the desktop of the old one from being missed.
        sweep::orphans(runs).await?;
    }
    let keepers = &runs.0.keepers;
    keepers.spawn(sweep::keep(runs.clone()));
    keepers.spawn(forget::keep(runs.clone()));
    if runs.0.config.slots > 0 {
        keepers.spawn(lease::keep(runs.clone()));
        runs.0.attempts.spawn(claim::keep(runs.clone()));
    }
    Ok(())
}

/// What everything of a run that is kept is below.
pub(crate) fn kept_of(run_id: &str) -> String {
    format!("runs/{run_id}")
}

/// Where the files of a run's `/artifacts` are kept, zipped.
pub(crate) fn assets(run_id: &str) -> String {
    format!("{}/assets.zip", kept_of(run_id))
}

/// Where a picture of a run is kept; none when the name is not one of ours.
pub(crate) fn screenshot(run_id: &str, name: &str) -> Option<String> {
    let stem = name.strip_suffix(".png")?;
    let ours = !stem.is_empty()
        && stem
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    ours.then(|| format!("{}/screenshots/{name}", kept_of(run_id)))
}

/// The folder of one run, for what this machine needs to execute it.
fn run_folder(folder: &Path, run_id: &str) -> PathBuf {
    folder.join("runs").join(run_id)
}
