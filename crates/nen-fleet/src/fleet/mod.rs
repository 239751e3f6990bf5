//! The fleet itself.
//!
//! Every desktop that is not deleted is in memory as a [`live::Live`]; the database follows. Whatever changes where a
//! desktop is in its life does so under that desktop's gate, and runs to its end even when the caller goes away.

mod adopt;
mod backoff;
mod claim;
mod clock;
mod controller;
mod create;
mod denied;
mod inside;
mod lifecycle;
mod live;
mod meter;
mod metrics;
mod network;
mod pool;
mod reaper;
mod refill;

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};
use http::{Request, Response};
use hyper::body::Body;
use nen_protocol::desktop::{CreateDesktop, Desktop, DesktopStatus};
use nen_store::{Answer, Store};
use serde_json::json;
use tokio::sync::{Notify, Semaphore, broadcast};
use tracing::Instrument as _;

use crate::{
    Call, Driver, FleetConfig, FleetError, FleetEvent, ReplyBody, RfbStream, Subscription, Usage,
    desktop, kind,
};
pub(crate) use live::InUse;
use live::Live;
use metrics::FleetMetrics;
use pool::Pool;
pub use pool::PoolCounts;

/// Events a slow subscriber to all desktops may be behind before it misses some.
const BACKLOG: usize = 4096;

/// How much a fleet may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetLimits {
    /// Desktops at once, those of the warm pool among them.
    pub desktops: usize,
    /// Desktops that are kept warm.
    pub warm: usize,
}

/// Every desktop of this server. Cheap to clone; all clones are the same fleet.
#[derive(Debug, Clone)]
pub struct Fleet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: FleetConfig,
    store: Store,
    driver: Arc<dyn Driver>,
    desktops: Mutex<HashMap<String, Arc<Live>>>,
    starts: Semaphore,
    pool: Pool,
    metrics: FleetMetrics,
    stopping: AtomicBool,
    /// What happens to any desktop.
    events: broadcast::Sender<FleetEvent>,
    /// Tells the reaper that something may be due earlier than it thought, or that it is to end.
    changed: Notify,
}

impl Fleet {
    /// Takes over what an earlier server left (adopts what runs and answers, cleans up the rest and
    /// marks it `error`), then watches idle times and limits and keeps the warm pool until [`Fleet::stop`].
    ///
    /// # Errors
    /// When the database cannot be read, or the driver cannot say what is there.
    pub async fn start(
        config: FleetConfig,
        store: Store,
        driver: Arc<dyn Driver>,
    ) -> Result<Self, FleetError> {
        let fleet = Self(Arc::new(Inner {
            starts: Semaphore::new(config.max_concurrent_starts.max(1)),
            pool: Pool::new(config.warm_pool),
            metrics: FleetMetrics::default(),
            config,
            store,
            driver,
            desktops: Mutex::default(),
            stopping: AtomicBool::new(false),
            events: broadcast::Sender::new(BACKLOG),
            changed: Notify::new(),
        }));
        fleet.adopt_all().await?;
        tokio::spawn(reaper::run(fleet.clone()));
        tokio::spawn(refill::run(fleet.clone()));
        tokio::spawn(meter::run(fleet.clone()));
        Ok(fleet)
    }

    /// Creates a desktop, from the warm pool where that can be, and returns once it answers tool calls. Goes on to its end when the caller
    /// gives up; the desktop is then found by [`Fleet::list`].
    ///
    /// # Errors
    /// `Invalid`, `NotAllowed`, `Quota`, `Capacity`, `Failed` (did not start; nothing is left), `Store`.
    pub async fn create(
        &self,
        workspace: &str,
        create: CreateDesktop,
    ) -> Result<Desktop, FleetError> {
        self.create_answering(workspace, create, Answer::none())
            .await
    }

    /// [`Fleet::create`] with an answer that is kept when the desktop runs, and only then.
    ///
    /// # Errors
    /// As [`Fleet::create`].
    pub async fn create_answering(
        &self,
        workspace: &str,
        create: CreateDesktop,
        answer: Answer<Desktop>,
    ) -> Result<Desktop, FleetError> {
        let mut create = create
            .check()
            .map_err(|invalid| FleetError::Invalid(invalid.to_string()))?;
        create.network = Some(self.network_for(workspace, create.network).await?);
        let (fleet, workspace) = (self.clone(), workspace.to_owned());
        let answer = answer.seen_by(desktop::view);
        let make = async move { fleet.do_create(&workspace, create, answer).await };
        let made = to_its_end(make).await;
        made.inspect_err(|error| self.0.metrics.not_created(error))
    }

    /// The workspace's desktops that are not deleted, oldest first, with all of the given labels.
    ///
    /// # Errors
    /// None so far.
    #[expect(
        clippy::unused_async,
        reason = "a driver or a second server may have to be asked one day"
    )]
    pub async fn list(
        &self,
        workspace: &str,
        metadata: &BTreeMap<String, String>,
    ) -> Result<Vec<Desktop>, FleetError> {
        let mut found: Vec<Desktop> = self
            .all()
            .iter()
            .filter(|live| {
                live.workspace == workspace && desktop::has_labels(&live.row(), metadata)
            })
            .map(|live| live.view())
            .collect();
        found.sort_by(|a, b| (a.created_at, &a.desktop_id).cmp(&(b.created_at, &b.desktop_id)));
        Ok(found)
    }

    /// The workspace's desktops that were deleted within 24 h and have all of the given labels.
    ///
    /// # Errors
    /// `Store`.
    pub async fn list_deleted(
        &self,
        workspace: &str,
        metadata: &BTreeMap<String, String>,
    ) -> Result<Vec<Desktop>, FleetError> {
        let rows = self.0.store.desktops().list_deleted(workspace).await?;
        Ok(rows
            .iter()
            .filter(|row| desktop::has_labels(row, metadata))
            .map(desktop::view)
            .collect())
    }

    /// The desktops of all workspaces that are not deleted and have this label, each with its value.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Vec<(Desktop, String)> {
        let labelled = |live: &Arc<Live>| {
            let desktop = live.view();
            let value = desktop.metadata.get(label)?.clone();
            (desktop.status != DesktopStatus::Deleted).then_some((desktop, value))
        };
        self.all().iter().filter_map(labelled).collect()
    }

    /// One desktop; a deleted one for 24 h after.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn get(&self, workspace: &str, id: &str) -> Result<Desktop, FleetError> {
        if let Ok(live) = self.find(workspace, id) {
            return Ok(live.view());
        }
        let row = self
            .0
            .store
            .desktops()
            .get(workspace, id)
            .await?
            .ok_or(FleetError::NotFound)?;
        Ok(desktop::view(&row))
    }

    /// Gives a desktop another name.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn rename(
        &self,
        workspace: &str,
        id: &str,
        name: &str,
    ) -> Result<Desktop, FleetError> {
        let name = nen_protocol::desktop::check_name(name)
            .map_err(|invalid| FleetError::Invalid(invalid.to_string()))?;
        let live = self.find(workspace, id)?;
        let _gate = live.gate.lock().await;
        let change = nen_store::DesktopChange {
            name: Some(name.to_owned()),
            ..Default::default()
        };
        self.change(&live, change).await?;
        live.publish(kind::RENAMED, json!({ "name": name }));
        Ok(live.view())
    }

    /// Ends a desktop and removes it with its drive; both are gone on return.
    ///
    /// # Errors
    /// `NotFound`, `Failed` (something could not be removed), `Store`.
    pub async fn delete(&self, workspace: &str, id: &str) -> Result<Desktop, FleetError> {
        let (fleet, live) = (self.clone(), self.find(workspace, id)?);
        to_its_end(async move { fleet.do_delete(&live, "call", |_| true).await })
            .await?
            .ok_or(FleetError::NotFound)
    }

    /// Stops a desktop's programs where they are. Fine when it is paused already.
    ///
    /// # Errors
    /// `NotFound`, `NotRunning`, `Failed`, `Store`.
    pub async fn pause(&self, workspace: &str, id: &str) -> Result<Desktop, FleetError> {
        let (fleet, live) = (self.clone(), self.find(workspace, id)?);
        to_its_end(async move { fleet.do_pause(&live, "call").await }).await
    }

    /// Lets a paused desktop go on; one whose programs have ended (server stop, `error`) is started
    /// again from its kept home and drive. Fine when it runs already.
    ///
    /// # Errors
    /// `NotFound`, `Failed`, `Store`.
    pub async fn resume(&self, workspace: &str, id: &str) -> Result<Desktop, FleetError> {
        let (fleet, live) = (self.clone(), self.find(workspace, id)?);
        to_its_end(async move { fleet.do_resume(&live).await }).await
    }

    /// Passes a request to the desktop's controller. Of the request only method, path with query,
    /// body and the headers that mean something to a controller go in; keys never do.
    /// The reply's body is not buffered: hand it on with `axum::body::Body::new`.
    ///
    /// # Errors
    /// `NotFound`, `Held`, `NotRunning`, `Failed`, `TooSlow`.
    pub async fn send<B>(
        &self,
        workspace: &str,
        id: &str,
        request: Request<B>,
        call: Call,
    ) -> Result<Response<ReplyBody>, FleetError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let live = self.find(workspace, id)?;
        if call.acts && live.held() {
            return Err(FleetError::Held);
        }
        // Counted before its status is looked at: from here on it is not paused for being idle.
        let in_use = call.is_use.then(|| live.enter());
        let answer = async {
            self.ready(&live, call.wakes).await?;
            let controller = live
                .controller()
                .ok_or(FleetError::NotRunning(live.status()))?;
            controller.send(request).await
        };
        let reply = tokio::time::timeout(call.deadline, answer)
            .await
            .map_err(|_| FleetError::TooSlow(call.deadline))??;
        Ok(reply.map(|body| ReplyBody::new(body, in_use)))
    }

    /// Opens the screen's RFB stream. A paused desktop is resumed.
    ///
    /// # Errors
    /// `NotFound`, `Failed`, `TooSlow`.
    pub async fn rfb(&self, workspace: &str, id: &str) -> Result<RfbStream, FleetError> {
        let live = self.find(workspace, id)?;
        let in_use = live.enter();
        let deadline = Call::look().deadline;
        let open = async {
            self.ready(&live, true).await?;
            let controller = live
                .controller()
                .ok_or(FleetError::NotRunning(live.status()))?;
            controller.rfb().await
        };
        let stream = tokio::time::timeout(deadline, open)
            .await
            .map_err(|_| FleetError::TooSlow(deadline))??;
        Ok(RfbStream::new(stream, in_use))
    }

    /// What happens to a desktop, beginning with the last few events.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn events(&self, workspace: &str, id: &str) -> Result<Subscription, FleetError> {
        self.find(workspace, id)?
            .subscribe()
            .ok_or(FleetError::NotFound)
    }

    /// What happens to the desktops of all workspaces from now on.
    #[must_use]
    pub fn all_events(&self) -> broadcast::Receiver<FleetEvent> {
        self.0.events.subscribe()
    }

    /// The workspace of a desktop that is not deleted.
    #[must_use]
    pub fn workspace_of(&self, id: &str) -> Option<String> {
        self.lock().get(id).map(|live| live.workspace.clone())
    }

    /// Desktops of a workspace that count towards its limit, and that limit.
    #[must_use]
    pub fn quota(&self, workspace: &str) -> (usize, usize) {
        let own = |live: &&Arc<Live>| live.workspace == workspace;
        let used = self.all().iter().filter(own).count();
        (used, self.0.config.max_desktops_per_workspace)
    }

    /// Adds an event of the caller's making to a desktop's stream; nothing happens for an unknown id.
    pub fn publish(&self, id: &str, kind: &str, data: serde_json::Value) {
        if let Some(live) = self.lock().get(id) {
            live.publish(kind, data);
        }
    }

    /// A person takes the desktop (`true`) or hands it back (`false`); `by` is who, for the event. While held, calls that
    /// act are refused. Not remembered beyond the server process.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn hold(&self, workspace: &str, id: &str, held: bool, by: &str) -> Result<(), FleetError> {
        let live = self.find(workspace, id)?;
        if live.hold(held) != held {
            let kind = if held { kind::TAKEN } else { kind::RETURNED };
            live.publish(kind, json!({ "by": by }));
        }
        Ok(())
    }

    /// Counts of desktops by status over all workspaces, for metrics.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for live in self.all() {
            *counts.entry(live.row().status.as_str()).or_insert(0) += 1;
        }
        counts
    }

    /// How the warm pool does, for metrics.
    #[must_use]
    pub fn pool_counts(&self) -> PoolCounts {
        self.0.pool.counts()
    }

    /// What the fleet may have: desktops at once, and those of them that are kept warm.
    #[must_use]
    pub fn limits(&self) -> FleetLimits {
        FleetLimits {
            desktops: self.0.config.max_desktops,
            warm: self.0.config.warm_pool,
        }
    }

    /// What each desktop with running programs takes of the machine, as far as its driver can tell, by its id.
    pub async fn usage(&self) -> BTreeMap<String, Usage> {
        let all = self.all();
        let of_each = all.iter().map(|live| async {
            let usage = self.0.driver.usage(&live.id).await?;
            Some((live.id.clone(), usage))
        });
        join_all(of_each).await.into_iter().flatten().collect()
    }

    /// Whether the fleet is being stopped.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::SeqCst)
    }

    /// Ends every desktop's programs for the server's end. Running desktops become `paused` and are
    /// started again from their kept home and drive by the next action; nothing keeps running, and nothing is left of
    /// the warm pool.
    pub async fn stop(&self) {
        let all = self.take_no_more();
        let desktops = join_all(all.iter().map(|live| self.do_stop(live)));
        join(self.0.pool.emptied(), desktops).await;
    }

    /// Lets go of every desktop for the server's end, and leaves them running: the next server on the same data adopts
    /// them. What is being started, paused or ended is waited for. Nothing is left of the warm pool, and no further call
    /// is taken.
    pub async fn leave(&self) {
        let all = self.take_no_more();
        let settled = join_all(all.iter().map(|live| async {
            let _gate = live.gate.lock().await;
            self.meter(live).await;
            live.close_events();
        }));
        join(self.0.pool.emptied(), settled).await;
    }

    /// Begins the end: calls are refused, and the pool empties itself. Answers the desktops there are.
    fn take_no_more(&self) -> Vec<Arc<Live>> {
        self.0.stopping.store(true, Ordering::SeqCst);
        self.0.changed.notify_waiters();
        self.0.pool.tell();
        self.all()
    }

    /// Whether a person holds the desktop.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn is_held(&self, workspace: &str, id: &str) -> Result<bool, FleetError> {
        self.find(workspace, id).map(|live| live.held())
    }

    /// What the driver needs and whether it is there.
    pub async fn preflight(&self) -> Vec<crate::Check> {
        self.0.driver.preflight().await
    }

    /// A desktop of this workspace that is not deleted. Another workspace's one looks like none.
    fn find(&self, workspace: &str, id: &str) -> Result<Arc<Live>, FleetError> {
        let found = self
            .lock()
            .get(id)
            .filter(|live| live.workspace == workspace)
            .cloned();
        found
            .filter(|live| live.status() != DesktopStatus::Deleted)
            .ok_or(FleetError::NotFound)
    }

    fn all(&self) -> Vec<Arc<Live>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Live>>> {
        self.0
            .desktops
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Turns a defect into an error: it must not leave half a desktop that holds its place for ever.
async fn guarded<T>(work: impl Future<Output = Result<T, FleetError>>) -> Result<T, FleetError> {
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| {
        Err(FleetError::Internal(
            "starting the desktop broke off, see the server's log".to_owned(),
        ))
    })
}

/// Runs something in a task of its own, so that a caller who goes away does not leave it half done.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, FleetError>> + Send + 'static,
) -> Result<T, FleetError> {
    // What is logged of it belongs to whoever asked for it.
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(error) => Err(FleetError::Internal(format!(
            "a task of the fleet ended early: {error}"
        ))),
    }
}
