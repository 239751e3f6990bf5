//! What changes where a desktop is in its life. Everything here runs under the desktop's gate.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use nen_protocol::desktop::{Desktop, DesktopStatus};
use nen_protocol::tracing::TARGET;
use nen_store::{Answer, DesktopChange, DesktopRow, DesktopStatus as Stored};
use serde_json::json;
use tracing::Instrument as _;

use super::controller::Controller;
use super::live::Live;
use super::{Fleet, denied, inside};
use crate::{DesktopSpec, FleetError, Instance, desktop, kind};

impl Fleet {
    pub(super) async fn do_pause(&self, live: &Arc<Live>, by: &str) -> Result<Desktop, FleetError> {
        let _gate = live.gate.lock().await;
        match live.status() {
            DesktopStatus::Paused => return Ok(live.view()),
            DesktopStatus::Running => {}
            DesktopStatus::Deleted => return Err(FleetError::NotFound),
            other => return Err(FleetError::NotRunning(other)),
        }
        self.set_status(live, Stored::Paused, None).await?;
        // A call that came in meanwhile has either counted itself before this, or sees that it must wake the desktop.
        if by == "idle" && live.usage().users > 0 {
            self.set_status(live, Stored::Running, None).await?;
            return Ok(live.view());
        }
        if let Err(error) = self.0.driver.pause(&live.id).await {
            self.set_status(live, Stored::Running, None).await?;
            return Err(error.into());
        }
        live.publish(kind::PAUSED, json!({ "by": by }));
        Ok(live.view())
    }

    pub(super) async fn do_resume(&self, live: &Arc<Live>) -> Result<Desktop, FleetError> {
        let _gate = live.gate.lock().await;
        let goes_on = match live.status() {
            DesktopStatus::Running => return Ok(live.view()),
            DesktopStatus::Creating | DesktopStatus::Deleted => return Err(FleetError::NotFound),
            DesktopStatus::Paused => {
                live.controller().is_some() && self.0.driver.resume(&live.id).await?
            }
            DesktopStatus::Error => false,
        };
        self.refuse_when_stopping()?;
        if goes_on {
            self.set_status(live, Stored::Running, None).await?;
        } else if let Err(error) = self.start_programs(live, Answer::none()).await {
            self.set_status(live, Stored::Error, Some(error.to_string()))
                .await?;
            live.publish(kind::FAILED, json!({ "error": error.to_string() }));
            return Err(error);
        }
        live.touch();
        live.publish(kind::RESUMED, json!({ "cold": !goes_on }));
        Ok(live.view())
    }

    /// Deletes a desktop if it still is as `still` wants it. `None`: it was deleted already, or is not so any more.
    pub(super) async fn do_delete(
        &self,
        live: &Arc<Live>,
        by: &str,
        still: impl FnOnce(&Live) -> bool + Send,
    ) -> Result<Option<Desktop>, FleetError> {
        let _gate = live.gate.lock().await;
        if live.status() == DesktopStatus::Deleted || !still(live) {
            return Ok(None);
        }
        live.set_ended();
        if let Err(error) = self.0.driver.stop(&live.id).await {
            let error = format!("it could not be ended: {error}");
            self.set_status(live, Stored::Error, Some(error.clone()))
                .await?;
            return Err(FleetError::Failed(error));
        }
        // Before its files go: whenever the server is killed, it has all of them or is deleted. The next start removes
        // what is left then.
        let row = self
            .0
            .store
            .desktops()
            .delete(&live.workspace, &live.id)
            .await?;
        live.set_deleted();
        let removed = self.0.driver.destroy(&live.id).await;
        self.meter(live).await;
        self.strike(live);
        live.publish(kind::DELETED, json!({ "by": by }));
        live.close_events();
        match removed {
            Ok(()) => Ok(row.as_ref().map(desktop::view)),
            Err(error) => Err(FleetError::Failed(format!(
                "it is deleted, but some of its files are left until the server starts again: {error}"
            ))),
        }
    }

    /// For the server's end: no programs are left, and the next call starts them again.
    pub(super) async fn do_stop(&self, live: &Arc<Live>) {
        let _gate = live.gate.lock().await;
        let status = live.status();
        if status == DesktopStatus::Deleted {
            return;
        }
        live.set_ended();
        let stopped = self.0.driver.stop(&live.id).await;
        if let Err(error) = &stopped {
            tracing::error!(desktop = live.id, error = %error, "Could not stop a desktop");
        }
        if status == DesktopStatus::Running && stopped.is_ok() {
            if let Err(error) = self.set_status(live, Stored::Paused, None).await {
                tracing::error!(desktop = live.id, error = %error, "Could not store that a desktop is paused");
            }
            live.publish(kind::PAUSED, json!({ "by": "stop" }));
        }
        live.close_events();
    }

    /// Makes sure that a desktop answers calls, waking it if that is wanted.
    pub(super) async fn ready(&self, live: &Arc<Live>, wakes: bool) -> Result<(), FleetError> {
        if live.status() == DesktopStatus::Creating {
            drop(live.gate.lock().await);
        }
        match live.status() {
            DesktopStatus::Running => Ok(()),
            DesktopStatus::Paused if wakes => {
                let (fleet, live) = (self.clone(), Arc::clone(live));
                super::to_its_end(async move { fleet.do_resume(&live).await })
                    .await
                    .map(|_| ())
            }
            DesktopStatus::Error => Err(FleetError::Failed(
                live.row()
                    .error
                    .clone()
                    .unwrap_or_else(|| "no reason is known".to_owned()),
            )),
            DesktopStatus::Deleted => Err(FleetError::NotFound),
            other => Err(FleetError::NotRunning(other)),
        }
    }

    /// A desktop is in the fleet no longer.
    pub(super) fn strike(&self, live: &Live) {
        self.lock().remove(&live.id);
        self.0.pool.tell();
    }

    /// Starts a desktop's programs, whatever its status was, and marks it running.
    pub(super) async fn start_programs(
        &self,
        live: &Arc<Live>,
        answer: Answer<DesktopRow>,
    ) -> Result<(), FleetError> {
        let _caller = self.0.pool.caller();
        self.make_room().await;
        let _permit = self
            .0
            .starts
            .acquire()
            .await
            .map_err(|error| FleetError::Internal(error.to_string()))?;
        live.set_ended();
        let spec = DesktopSpec {
            id: live.id.clone(),
            create: live.create.clone(),
            unclaimed: false,
        };
        let span = tracing::info_span!(target: TARGET, "start", nen.desktop_id = live.id);
        let instance = self.0.driver.start(&spec).instrument(span).await?;
        self.watch(live, instance);
        live.touch();
        self.runs(live, answer).await
    }

    /// Waits until the pool has given up the place that a start needs.
    async fn make_room(&self) {
        let mut changes = self.0.pool.changes();
        self.0.pool.tell();
        // The sender lives as long as we do.
        while self.is_crowded() && changes.changed().await.is_ok() {}
    }

    /// Takes a running instance into the desktop, and sees to it that its end is noticed.
    pub(super) fn watch(&self, live: &Arc<Live>, instance: Instance) {
        let Instance {
            dial,
            ended,
            denied,
        } = instance;
        let controller = Controller::new(dial);
        let number = live.set_running(controller.clone());
        tokio::spawn(inside::follow(Arc::clone(live), controller, number));
        if let Some(reports) = denied {
            tokio::spawn(denied::follow(Arc::clone(live), reports));
        }
        let (fleet, live) = (self.clone(), Arc::clone(live));
        tokio::spawn(async move {
            let reason = ended.await;
            fleet.has_ended(&live, number, reason).await;
        });
    }

    async fn has_ended(&self, live: &Arc<Live>, number: u64, reason: String) {
        let _gate = live.gate.lock().await;
        if !live.is_start(number) || live.status() == DesktopStatus::Deleted {
            return;
        }
        tracing::warn!(desktop = live.id, reason, "Desktop ended unexpectedly");
        self.0.metrics.crashed();
        live.set_ended();
        if let Err(error) = self.0.driver.stop(&live.id).await {
            tracing::error!(desktop = live.id, error = %error, "Could not clean up after a desktop");
        }
        if let Err(error) = self
            .set_status(live, Stored::Error, Some(reason.clone()))
            .await
        {
            tracing::error!(desktop = live.id, error = %error, "Could not store that a desktop ended");
        }
        live.publish(kind::FAILED, json!({ "error": reason }));
    }

    /// The desktop runs: in the database, with the answer for whoever asked for it.
    pub(super) async fn runs(
        &self,
        live: &Arc<Live>,
        answer: Answer<DesktopRow>,
    ) -> Result<(), FleetError> {
        let change = status_change(live, Stored::Running, None);
        self.change_answering(live, change, answer).await
    }

    pub(super) async fn set_status(
        &self,
        live: &Arc<Live>,
        status: Stored,
        error: Option<String>,
    ) -> Result<(), FleetError> {
        self.change(live, status_change(live, status, error)).await
    }

    /// Changes a desktop in the database and in memory.
    pub(super) async fn change(
        &self,
        live: &Live,
        change: DesktopChange,
    ) -> Result<(), FleetError> {
        self.change_answering(live, change, Answer::none()).await
    }

    async fn change_answering(
        &self,
        live: &Live,
        change: DesktopChange,
        answer: Answer<DesktopRow>,
    ) -> Result<(), FleetError> {
        let row = self
            .0
            .store
            .desktops()
            .update_answering(&live.id, &change, answer)
            .await?
            .ok_or(FleetError::NotFound)?;
        live.set_row(row);
        if change.status.is_some() {
            self.meter(live).await;
        }
        Ok(())
    }

    pub(super) fn refuse_when_stopping(&self) -> Result<(), FleetError> {
        if self.0.stopping.load(Ordering::SeqCst) {
            let retry_after = self.0.config.retry_after;
            return Err(FleetError::Capacity {
                reason: "this server is stopping: try again later".to_owned(),
                retry_after,
            });
        }
        Ok(())
    }
}

fn status_change(live: &Live, status: Stored, error: Option<String>) -> DesktopChange {
    DesktopChange {
        status: Some(status),
        error,
        last_active_at: Some(live.last_active()),
        ..Default::default()
    }
}
