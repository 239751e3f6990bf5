//! Keeps the warm pool at its size: starts what it lacks, gives up what there is no room for, ends it all at the end.

use futures_util::future::join_all;
use nen_protocol::desktop::CreateDesktop;
use tokio::sync::watch;
use tokio::time::Instant;

use super::backoff::Backoff;
use super::pool::{Member, Place};
use super::{Fleet, guarded};
use crate::{DesktopSpec, FleetError, Instance};

/// Runs until the fleet stops. Starts one desktop at a time, and only while nobody waits for a start.
pub(super) async fn run(fleet: Fleet) {
    let pool = &fleet.0.pool;
    let (mut backoff, mut changes) = (Backoff::default(), pool.changes());
    while !fleet.is_stopping() {
        for reason in pool.deaths() {
            note(&mut backoff, reason);
        }
        let wait = backoff.until(Instant::now());
        if fleet.is_crowded()
            && let Some(member) = pool.take_newest()
        {
            fleet.give_up(member).await;
        } else if wait.is_none()
            && let Some(place) = fleet.place()
        {
            if let Err(error) = fleet.add_one(place, &mut changes).await {
                note(&mut backoff, error.to_string());
            }
        } else {
            tokio::select! {
                _ = changes.changed() => {}
                () = sleep(wait) => {}
            }
        }
    }
    join_all(pool.close().into_iter().map(|member| fleet.give_up(member))).await;
}

async fn sleep(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}

fn note(backoff: &mut Backoff, reason: String) {
    let text = reason.clone();
    if backoff.failed(reason, Instant::now()) {
        tracing::warn!(
            reason = text,
            "Warm pool cannot be filled, trying again more and more slowly"
        );
    }
}

impl Fleet {
    /// Whether the pool takes places that desktops with an owner need.
    pub(super) fn is_crowded(&self) -> bool {
        let desktops = self.lock();
        let places = self.0.pool.places();
        places > 0 && desktops.len() + places > self.0.config.max_desktops
    }

    fn place(&self) -> Option<Place> {
        let desktops = self.lock();
        let room = self.0.config.max_desktops.saturating_sub(desktops.len());
        self.0.pool.place(room)
    }

    /// Starts one more, unless the start must be given up on the way.
    async fn add_one(
        &self,
        place: Place,
        changes: &mut watch::Receiver<()>,
    ) -> Result<(), FleetError> {
        let spec = DesktopSpec {
            id: nen_store::random_id("dsk")?,
            // The usual shape: see `claim::fits`.
            create: CreateDesktop::default(),
            unclaimed: true,
        };
        let failed = match self.start_unless_crowded(&spec, changes).await {
            Ok(Some(instance)) => {
                self.keep(spec.id, instance, place);
                return Ok(());
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        self.remove_nobodys(&spec.id).await;
        drop(place);
        failed
    }

    /// `None`: its place is needed for somebody's desktop, or the server stops.
    async fn start_unless_crowded(
        &self,
        spec: &DesktopSpec,
        changes: &mut watch::Receiver<()>,
    ) -> Result<Option<Instance>, FleetError> {
        let mut start = std::pin::pin!(guarded(async { Ok(self.0.driver.start(spec).await?) }));
        loop {
            tokio::select! {
                started = &mut start => return started.map(Some),
                _ = changes.changed() => {}
            }
            if self.is_stopping() || self.is_crowded() {
                return Ok(None);
            }
        }
    }

    /// Lets a started desktop wait for its claim, and sees to it that its end is noticed.
    fn keep(&self, id: String, instance: Instance, place: Place) {
        let member = Member::new(id.clone(), instance, place);
        let ended = member.ended.clone();
        if let Err(member) = self.0.pool.add(member) {
            self.discard(member);
            return;
        }
        let fleet = self.clone();
        tokio::spawn(async move {
            let reason = ended.await;
            // Once it is claimed, whoever has it looks after its end.
            if let Some(member) = fleet.0.pool.take_ended(&id, reason) {
                fleet.give_up(member).await;
            }
        });
    }

    /// Ends a desktop of the pool and removes it, while its place is still counted.
    pub(super) async fn give_up(&self, member: Member) {
        self.remove_nobodys(&member.id).await;
    }

    /// The same without anybody waiting for it.
    pub(super) fn discard(&self, member: Member) {
        let fleet = self.clone();
        tokio::spawn(async move { fleet.give_up(member).await });
    }

    async fn remove_nobodys(&self, id: &str) {
        if let Err(error) = self.0.driver.destroy(id).await {
            // It is written down as nobody's, so the next server removes it.
            tracing::error!(desktop = id, error = %error, "Could not remove a desktop of the warm pool");
        }
    }
}
