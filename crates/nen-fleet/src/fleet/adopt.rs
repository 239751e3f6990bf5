//! What a starting server does with desktops that an earlier one left.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use nen_protocol::desktop::DesktopStatus;
use nen_store::DesktopStatus as Stored;

use super::Fleet;
use super::controller::Controller;
use super::live::Live;
use crate::{Adopted, FleetError, Instance, Known};

/// How long an adopted desktop's controller may take to answer.
const HEALTH: Duration = Duration::from_secs(5);

impl Fleet {
    /// Adopts what runs and answers, and cleans up the rest.
    pub(super) async fn adopt_all(&self) -> Result<(), FleetError> {
        let mut lives = Vec::new();
        let mut mine = HashSet::new();
        for row in self.0.store.desktops().list_all().await? {
            if row.driver != self.0.driver.name() {
                continue;
            }
            if row.status == Stored::Creating {
                // Its creator never learned its id, and is told that the server has gone.
                self.0.driver.destroy(&row.id).await?;
                self.0.store.desktops().remove(&row.id).await?;
                tracing::info!(
                    desktop = row.id,
                    "Removed a desktop that an earlier server was creating"
                );
                continue;
            }
            mine.insert(row.id.clone());
            let live = Live::new(row, self.0.events.clone());
            self.lock().insert(live.id.clone(), Arc::clone(&live));
            lives.push(live);
        }
        for done in join_all(lives.iter().map(|live| self.adopt(live))).await {
            done?;
        }
        self.sweep(&mine).await
    }

    async fn adopt(&self, live: &Arc<Live>) -> Result<(), FleetError> {
        let was = live.status();
        let lost = match self.0.driver.adopt(&live.id).await {
            Adopted::Alive { instance, paused } if was != DesktopStatus::Error => {
                if self.take(live, instance, was, paused).await? {
                    return Ok(());
                }
                "it did not answer after the server was started again".to_owned()
            }
            Adopted::Alive { .. } => live.row().error.clone().unwrap_or_default(),
            Adopted::Lost(reason) => reason,
            Adopted::Stopped => {
                return if was == DesktopStatus::Running {
                    self.set_status(live, Stored::Paused, None).await
                } else {
                    Ok(())
                };
            }
        };
        self.0.driver.stop(&live.id).await?;
        tracing::warn!(
            desktop = live.id,
            reason = lost,
            "Could not adopt a desktop"
        );
        let reason = live.row().error.clone().unwrap_or(lost);
        self.set_status(live, Stored::Error, Some(reason)).await
    }

    /// Takes a living desktop over. `false`: it does not answer.
    async fn take(
        &self,
        live: &Arc<Live>,
        instance: Instance,
        was: DesktopStatus,
        paused: bool,
    ) -> Result<bool, FleetError> {
        let stays_paused = paused && was == DesktopStatus::Paused;
        if paused && !stays_paused {
            self.0.driver.resume(&live.id).await?;
        }
        if !stays_paused
            && !Controller::new(Arc::clone(&instance.dial))
                .is_healthy(HEALTH)
                .await
        {
            return Ok(false);
        }
        self.watch(live, instance);
        let status = if stays_paused {
            Stored::Paused
        } else {
            Stored::Running
        };
        self.set_status(live, status, None).await?;
        tracing::info!(
            desktop = live.id,
            status = status.as_str(),
            "Adopted a desktop"
        );
        Ok(true)
    }

    /// Looks after what the driver has and the database does not list.
    async fn sweep(&self, mine: &HashSet<String>) -> Result<(), FleetError> {
        for Known { id, unclaimed } in self.0.driver.known().await? {
            if mine.contains(&id) {
                continue;
            }
            if unclaimed {
                // Of the warm pool: nobody has ever known of it.
                self.0.driver.destroy(&id).await?;
                tracing::info!(desktop = id, "Removed a warm desktop of an earlier server");
                continue;
            }
            match self.0.store.desktops().find(&id).await? {
                Some(row) if row.status == Stored::Deleted => self.0.driver.destroy(&id).await?,
                // Perhaps the server was started with another database: nothing of it keeps running, but its files are
                // not ours to remove.
                _ => {
                    self.0.driver.stop(&id).await?;
                    tracing::warn!(
                        desktop = id,
                        "Files of a desktop that the database does not know were left alone"
                    );
                }
            }
        }
        Ok(())
    }
}
