//! How long desktops run, added up for each workspace.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use nen_protocol::desktop::DesktopStatus;
use nen_store::Used;

use super::Fleet;
use super::live::Live;

/// How often what runs is written down: as much is lost when the server is killed.
const OFTEN: Duration = Duration::from_secs(60);

/// Runs until the fleet stops.
pub(super) async fn run(fleet: Fleet) {
    let mut ticks = tokio::time::interval(OFTEN);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        // Listening starts before looking, so that the end is not missed: whoever holds a fleet holds its folder's lock.
        let changed = fleet.0.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if fleet.0.stopping.load(Ordering::SeqCst) {
            return;
        }
        tokio::select! {
            () = changed => continue,
            _ = ticks.tick() => {}
        }
        let mut seconds = BTreeMap::<String, i64>::new();
        for live in fleet.all() {
            *seconds.entry(live.workspace.clone()).or_default() += ran(&live);
        }
        for (workspace, seconds) in seconds {
            fleet.note(&workspace, seconds).await;
        }
    }
}

/// Seconds that a desktop ran since this was asked last.
fn ran(live: &Live) -> i64 {
    let runs = live.status() == DesktopStatus::Running;
    i64::try_from(live.take_running_time(runs)).unwrap_or(i64::MAX)
}

impl Fleet {
    /// Where a desktop is in its life has changed.
    pub(super) async fn meter(&self, live: &Live) {
        self.note(&live.workspace, ran(live)).await;
    }

    async fn note(&self, workspace: &str, desktop_seconds: i64) {
        if desktop_seconds == 0 {
            return;
        }
        let used = Used {
            desktop_seconds,
            ..Used::default()
        };
        // Nothing depends on it but a chart.
        if let Err(error) = self.0.store.usage().add(workspace, used).await {
            tracing::warn!(workspace, %error, "Could not note how long desktops ran");
        }
    }
}
