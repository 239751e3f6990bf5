//! Creating a desktop: from the warm pool where that can be, else by a start.

use std::sync::Arc;
use std::time::Instant;

use nen_protocol::desktop::{CreateDesktop, Desktop};
use nen_store::{Answer, DesktopLimits, DesktopRow, Insert, Provisioning};
use serde_json::json;

use super::live::Live;
use super::pool::{Member, Place};
use super::{Fleet, claim, clock, guarded};
use crate::{FleetError, Instance, desktop, kind};

impl Fleet {
    pub(super) async fn do_create(
        &self,
        workspace: &str,
        create: CreateDesktop,
        answer: Answer<DesktopRow>,
    ) -> Result<Desktop, FleetError> {
        self.refuse_when_stopping()?;
        let begun = Instant::now();
        let (row, member) = self.reserve(workspace, &create).await?;
        let (row, member) = self.claim(row, member, &create).await?;
        let (instance, place) = member.map(Member::into_parts).unzip();
        let (provisioning, live) = (row.provisioning, Live::new(row, self.0.events.clone()));
        let _gate = live.gate.lock().await;
        self.enlist(&live, place);
        match guarded(self.bring_up(&live, instance, answer)).await {
            Ok(()) => {
                live.publish(kind::CREATED, json!({}));
                self.0.changed.notify_waiters();
                self.0.pool.count(provisioning);
                self.0.metrics.created(provisioning, begun.elapsed());
                tracing::info!(
                    desktop = live.id,
                    provisioning = provisioning.as_str(),
                    ms = begun.elapsed().as_millis(),
                    "Desktop created"
                );
                Ok(live.view())
            }
            Err(error) => {
                tracing::warn!(desktop = live.id, error = %error, "Desktop did not start");
                live.set_deleted();
                live.close_events();
                if let Err(left) = self.0.driver.destroy(&live.id).await {
                    tracing::error!(desktop = live.id, error = %left, "Could not remove a desktop that did not start");
                }
                self.strike(&live);
                self.0.store.desktops().remove(&live.id).await?;
                Err(error)
            }
        }
    }

    /// A desktop is in the fleet from now on, and no longer in the pool if it was there.
    fn enlist(&self, live: &Arc<Live>, place: Option<Place>) {
        let mut desktops = self.lock();
        desktops.insert(live.id.clone(), Arc::clone(live));
        // Under the lock, so that nobody counts it twice or not at all.
        drop(place);
    }

    /// Takes what was claimed, or starts it.
    async fn bring_up(
        &self,
        live: &Arc<Live>,
        claimed: Option<Instance>,
        answer: Answer<DesktopRow>,
    ) -> Result<(), FleetError> {
        // Again: from now on a server that stops finds it, and before it does not.
        self.refuse_when_stopping()?;
        let Some(instance) = claimed else {
            return self.start_programs(live, answer).await;
        };
        self.watch(live, instance);
        live.touch();
        self.runs(live, answer).await
    }

    /// Takes a place for a new desktop, if there is one: with one of the pool in it, where one fits.
    async fn reserve(
        &self,
        workspace: &str,
        create: &CreateDesktop,
    ) -> Result<(DesktopRow, Option<Member>), FleetError> {
        let member = claim::fits(create).then(|| self.0.pool.take()).flatten();
        match self.insert_row(workspace, create, member.as_ref()).await {
            Ok(row) => Ok((row, member)),
            Err(error @ (FleetError::Quota { .. } | FleetError::Capacity { .. })) => {
                self.put_back(member);
                Err(error)
            }
            Err(error) => {
                // Perhaps its id has a row by now: it is of no use to anybody else.
                member.into_iter().for_each(|member| self.discard(member));
                Err(error)
            }
        }
    }

    async fn insert_row(
        &self,
        workspace: &str,
        create: &CreateDesktop,
        member: Option<&Member>,
    ) -> Result<DesktopRow, FleetError> {
        let config = &self.0.config;
        let many = |limit: usize| u64::try_from(limit).unwrap_or(u64::MAX);
        let limits = DesktopLimits {
            per_workspace: Some(many(config.max_desktops_per_workspace)),
            total: Some(many(config.max_desktops)),
        };
        let (id, provisioning) = match member {
            Some(member) => (member.id.clone(), Provisioning::Warm),
            None => (nen_store::random_id("dsk")?, Provisioning::Cold),
        };
        let driver = self.0.driver.name();
        let row = desktop::new_row(&id, workspace, create, provisioning, driver, clock::now());
        match self.0.store.desktops().insert(&row, limits).await? {
            Insert::Done(row) => Ok(*row),
            Insert::WorkspaceFull => Err(FleetError::Quota {
                limit: config.max_desktops_per_workspace,
                retry_after: config.retry_after,
            }),
            Insert::ServerFull => Err(FleetError::Capacity {
                reason: format!(
                    "this server has {} desktops, as many as it carries: try again later",
                    config.max_desktops
                ),
                retry_after: config.retry_after,
            }),
        }
    }
}
