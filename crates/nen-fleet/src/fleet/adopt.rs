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
    /// Adopts what runs and answers, and cleans up the rest. A desktop that cannot be cleaned up keeps no other one from its
    /// server: it is in error and can be deleted once what hinders it is gone.
    pub(super) async fn adopt_all(&self) -> Result<(), FleetError> {
        let mut lives = Vec::new();
        let mut mine = HashSet::new();
        for row in self.0.store.desktops().list_all().await? {
            if row.driver != self.0.driver.name() {
                continue;
            }
            let mut left = None;
            if row.status == Stored::Creating {
                // Its creator never learned its id, and is told that the server has gone.
                let Err(error) = self.0.driver.destroy(&row.id).await else {
                    self.0.store.desktops().remove(&row.id).await?;
                    tracing::info!(
                        desktop = row.id,
                        "Removed a desktop that an earlier server was creating"
                    );
                    continue;
                };
                tracing::error!(desktop = row.id, %error, "Could not remove a desktop");
                left = Some(format!(
                    "the server ended while it was being created, and {error}"
                ));
            }
            mine.insert(row.id.clone());
            let live = Live::new(row, self.0.events.clone());
            self.lock().insert(live.id.clone(), Arc::clone(&live));
            match left {
                Some(_) => self.set_status(&live, Stored::Error, left).await?,
                None => lives.push(live),
            }
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
        tracing::warn!(
            desktop = live.id,
            reason = lost,
            "Could not adopt a desktop"
        );
        let mut reason = live.row().error.clone().unwrap_or(lost);
        if let Err(error) = self.0.driver.stop(&live.id).await {
            tracing::error!(desktop = live.id, %error, "Could not end what is left of a desktop");
            let also = format!("; it could not be ended: {error}");
            if !reason.ends_with(&also) {
                reason += &also;
            }
        }
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
        if paused
            && !stays_paused
            && let Err(error) = self.0.driver.resume(&live.id).await
        {
            tracing::error!(desktop = live.id, %error, "Could not let a desktop go on");
            return Ok(false);
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
            let row = match unclaimed {
                true => None,
                false => self.0.store.desktops().find(&id).await?,
            };
            let is_deleted = row.is_some_and(|row| row.status == Stored::Deleted);
            // Of the warm pool: nobody has ever known of it. Otherwise perhaps the server was started with another database:
            // nothing of it keeps running, but its files are not ours to remove.
            let is_rubbish = unclaimed || is_deleted;
            let done = match is_rubbish {
                true => self.0.driver.destroy(&id).await,
                false => self.0.driver.stop(&id).await,
            };
            match done {
                Ok(()) if is_rubbish => {
                    tracing::info!(
                        desktop = id,
                        "Removed what an earlier server left of a desktop"
                    );
                }
                Ok(()) => {
                    tracing::warn!(
                        desktop = id,
                        "Files of a desktop that the database does not know were left alone"
                    );
                }
                Err(error) => {
                    tracing::error!(desktop = id, %error, "Could not clean up after an earlier server");
                }
            }
        }
        Ok(())
    }
}
