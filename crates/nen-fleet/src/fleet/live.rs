//! One desktop in memory.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nen_protocol::desktop::{CreateDesktop, Desktop, DesktopStatus};
use nen_store::DesktopRow;
use tokio::sync::broadcast;

use super::clock;
use super::controller::Controller;
use crate::policy::Use;
use crate::{Event, FleetEvent, Subscription, desktop};

/// Events kept for a subscriber that comes late.
const RECENT: usize = 50;
/// Events a slow subscriber may be behind before it misses some.
const BACKLOG: usize = 256;

/// One desktop that is not deleted.
#[derive(Debug)]
pub(super) struct Live {
    pub id: String,
    pub workspace: String,
    pub create: CreateDesktop,
    row: Mutex<DesktopRow>,
    /// Held while the desktop is started, paused, resumed, stopped or deleted, so that these never overlap.
    pub gate: tokio::sync::Mutex<()>,
    /// How its controller is reached, and which start of the desktop that is; the watcher of an earlier one keeps still.
    running: Mutex<(u64, Option<Controller>)>,
    users: AtomicUsize,
    last_active: AtomicI64,
    held: AtomicBool,
    deleted: AtomicBool,
    /// Since when it runs, as far as that was not counted yet.
    running_since: Mutex<Option<Instant>>,
    /// Where its events go besides its own subscribers.
    fleet_events: broadcast::Sender<FleetEvent>,
    events: Mutex<Events>,
    event_ids: AtomicU64,
}

#[derive(Debug)]
struct Events {
    recent: VecDeque<Event>,
    /// None once the desktop is deleted: subscribers see the end of the stream.
    live: Option<broadcast::Sender<Event>>,
}

impl Live {
    pub fn new(row: DesktopRow, fleet_events: broadcast::Sender<FleetEvent>) -> Arc<Self> {
        Arc::new(Self {
            id: row.id.clone(),
            workspace: row.workspace_id.clone(),
            create: desktop::spec(&row),
            gate: tokio::sync::Mutex::new(()),
            running: Mutex::new((0, None)),
            users: AtomicUsize::new(0),
            last_active: AtomicI64::new(row.last_active_at),
            held: AtomicBool::new(false),
            deleted: AtomicBool::new(false),
            running_since: Mutex::new(None),
            fleet_events,
            events: Mutex::new(Events {
                recent: VecDeque::new(),
                live: Some(broadcast::Sender::new(BACKLOG)),
            }),
            event_ids: AtomicU64::new(1),
            row: Mutex::new(row),
        })
    }

    pub fn row(&self) -> MutexGuard<'_, DesktopRow> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_row(&self, row: DesktopRow) {
        *self.row() = row;
    }

    pub fn view(&self) -> Desktop {
        desktop::view(&self.row())
    }

    pub fn status(&self) -> DesktopStatus {
        if self.deleted.load(Ordering::SeqCst) {
            DesktopStatus::Deleted
        } else {
            desktop::status(self.row().status)
        }
    }

    /// Whether it is on its way out. Set once, under the gate.
    pub fn set_deleted(&self) {
        self.deleted.store(true, Ordering::SeqCst);
    }

    /// A new start: the controller to talk to, and the number of this start.
    pub fn set_running(&self, controller: Controller) -> u64 {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.0 += 1;
        running.1 = Some(controller);
        running.0
    }

    /// Its end: nobody talks to the controller any more, and its watcher's report is of no interest.
    pub fn set_ended(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.0 += 1;
        running.1 = None;
    }

    /// Whether this is still the start it was.
    pub fn is_start(&self, number: u64) -> bool {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .0
            == number
    }

    pub fn controller(&self) -> Option<Controller> {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .clone()
    }

    /// Counts one user more until the guard is dropped.
    pub fn enter(self: &Arc<Self>) -> InUse {
        self.users.fetch_add(1, Ordering::SeqCst);
        InUse(Arc::clone(self))
    }

    pub fn touch(&self) {
        self.last_active.fetch_max(clock::now(), Ordering::SeqCst);
    }

    pub fn last_active(&self) -> i64 {
        self.last_active.load(Ordering::SeqCst)
    }

    pub fn held(&self) -> bool {
        self.held.load(Ordering::SeqCst)
    }

    /// Returns what it was.
    pub fn hold(&self, held: bool) -> bool {
        self.held.swap(held, Ordering::SeqCst)
    }

    /// Whole seconds that it ran since this was asked last; `runs` is whether it still does.
    pub fn take_running_time(&self, runs: bool) -> u64 {
        let mut since = self
            .running_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let seconds = since.map_or(0, |since| since.elapsed().as_secs());
        *since = match (*since, runs) {
            (_, false) => None,
            (None, true) => Some(Instant::now()),
            // What is left of the second is counted next time.
            (Some(since), true) => Some(since + Duration::from_secs(seconds)),
        };
        seconds
    }

    pub fn usage(&self) -> Use {
        let expires_at = self.row().expires_at;
        Use {
            status: self.status(),
            users: self.users.load(Ordering::SeqCst),
            last_active: self.last_active(),
            idle_timeout: self.create.idle_timeout_seconds,
            on_idle: self.create.on_idle,
            expires_at,
        }
    }

    pub fn publish(&self, kind: &str, data: serde_json::Value) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let id = self.event_ids.fetch_add(1, Ordering::Relaxed);
        let event = Event {
            id,
            kind: kind.to_owned(),
            at: clock::precise(),
            data,
        };
        if events.recent.len() == RECENT {
            events.recent.pop_front();
        }
        events.recent.push_back(event.clone());
        if let Some(live) = &events.live {
            // Nobody listening is fine, here and there.
            let _ = live.send(event.clone());
            let _ = self.fleet_events.send(FleetEvent {
                workspace_id: self.workspace.clone(),
                desktop_id: self.id.clone(),
                event,
            });
        }
    }

    pub fn subscribe(&self) -> Option<Subscription> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let live = events.live.as_ref()?.subscribe();
        Some(Subscription {
            recent: events.recent.iter().cloned().collect(),
            live,
        })
    }

    /// No event comes any more.
    pub fn close_events(&self) {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .live = None;
    }
}

/// Marks a desktop as in use while it lives.
#[derive(Debug)]
pub(crate) struct InUse(Arc<Live>);

impl Drop for InUse {
    fn drop(&mut self) {
        // In this order: whoever sees no users sees when the last one left.
        self.0.touch();
        self.0.users.fetch_sub(1, Ordering::SeqCst);
    }
}
