//! The warm pool: desktops that run and belong to nobody, and the count of the places they take.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::Shared;
use nen_store::Provisioning;
use tokio::sync::watch;

use crate::{BoxFuture, Dial, Instance};

/// How the warm pool does, for metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolCounts {
    /// Desktops that wait to be claimed now.
    pub waiting: usize,
    /// Desktops created from the pool since the server started.
    pub warm: u64,
    /// Desktops created by a start of their own since then.
    pub cold: u64,
}

/// A desktop that runs for nobody yet.
#[derive(Debug)]
pub(super) struct Member {
    pub id: String,
    pub dial: Arc<dyn Dial>,
    /// Watched while it waits, and by whoever has it then.
    pub ended: Shared<BoxFuture<'static, String>>,
    pub place: Place,
}

impl Member {
    pub fn new(id: String, instance: Instance, place: Place) -> Self {
        Self {
            id,
            dial: instance.dial,
            ended: instance.ended.shared(),
            place,
        }
    }

    pub fn into_parts(self) -> (Instance, Place) {
        let instance = Instance {
            dial: self.dial,
            ended: self.ended.boxed(),
            // It has the internet, where nothing is watched.
            denied: None,
        };
        (instance, self.place)
    }
}

/// What the fleet, the keeper of the pool and those who create desktops share.
#[derive(Debug, Clone)]
pub(super) struct Pool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    size: usize,
    state: Mutex<State>,
    /// Told whenever something of the state has changed, or something outside that the pool depends on.
    changed: watch::Sender<()>,
    warm: AtomicU64,
    cold: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    /// Ready to be claimed, oldest first.
    waiting: VecDeque<Member>,
    /// Desktops that take up a part of the machine and are not in the fleet: those that wait, and those that are being
    /// started, claimed or removed.
    places: usize,
    /// Starts that somebody waits for.
    callers: usize,
    /// Why desktops that waited have ended, since the keeper last asked.
    deaths: Vec<String>,
    /// The server stops: nothing comes in any more.
    closed: bool,
}

impl Pool {
    pub fn new(size: usize) -> Self {
        Self(Arc::new(Inner {
            size,
            state: Mutex::default(),
            changed: watch::Sender::new(()),
            warm: AtomicU64::new(0),
            cold: AtomicU64::new(0),
        }))
    }

    /// The one that has waited longest.
    pub fn take(&self) -> Option<Member> {
        self.0.state().waiting.pop_front()
    }

    /// The one to do without first.
    pub fn take_newest(&self) -> Option<Member> {
        self.0.state().waiting.pop_back()
    }

    /// This one, if it still waits.
    pub fn take_ended(&self, id: &str, reason: String) -> Option<Member> {
        let mut state = self.0.state();
        let at = state.waiting.iter().position(|member| member.id == id)?;
        state.deaths.push(reason);
        state.waiting.remove(at)
    }

    pub fn deaths(&self) -> Vec<String> {
        std::mem::take(&mut self.0.state().deaths)
    }

    /// A new one waits from now on. Given back when the pool is closed.
    pub fn add(&self, member: Member) -> Result<(), Member> {
        self.insert(member, VecDeque::push_back)
    }

    /// One that was taken and could not be used waits again, unused as it is. Given back when the pool is closed.
    pub fn put_back(&self, member: Member) -> Result<(), Member> {
        self.insert(member, VecDeque::push_front)
    }

    fn insert(
        &self,
        member: Member,
        push: impl FnOnce(&mut VecDeque<Member>, Member),
    ) -> Result<(), Member> {
        let mut state = self.0.state();
        if state.closed {
            return Err(member);
        }
        push(&mut state.waiting, member);
        drop(state);
        self.tell();
        Ok(())
    }

    /// Takes nothing in any more; what waited is for the caller to end.
    pub fn close(&self) -> Vec<Member> {
        let mut state = self.0.state();
        state.closed = true;
        state.waiting.drain(..).collect()
    }

    /// A place for one more, if the pool lacks one, the server has room for it, and no caller's start goes on.
    pub fn place(&self, room: usize) -> Option<Place> {
        let mut state = self.0.state();
        let free = state.callers == 0 && state.places < self.0.size.min(room);
        free.then(|| {
            state.places += 1;
            Place(Arc::clone(&self.0))
        })
    }

    pub fn places(&self) -> usize {
        self.0.state().places
    }

    /// Counts a start that somebody waits for: until the guard is dropped, the pool begins none of its own.
    pub fn caller(&self) -> Caller {
        self.0.state().callers += 1;
        Caller(Arc::clone(&self.0))
    }

    /// Notices every change from now on.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// Something has changed that the pool depends on.
    pub fn tell(&self) {
        self.0.changed.send_replace(());
    }

    /// Waits until nothing of the pool is left.
    pub async fn emptied(&self) {
        let mut changes = self.changes();
        // The sender lives as long as we do.
        while self.places() > 0 && changes.changed().await.is_ok() {}
    }

    /// Counts a desktop that was created.
    pub fn count(&self, provisioning: Provisioning) {
        let counter = match provisioning {
            Provisioning::Warm => &self.0.warm,
            Provisioning::Cold => &self.0.cold,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub fn counts(&self) -> PoolCounts {
        PoolCounts {
            waiting: self.0.state().waiting.len(),
            warm: self.0.warm.load(Ordering::Relaxed),
            cold: self.0.cold.load(Ordering::Relaxed),
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held as long as a desktop of the pool takes up a part of the machine.
#[derive(Debug)]
pub(super) struct Place(Arc<Inner>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.state().places -= 1;
        self.0.changed.send_replace(());
    }
}

/// Held while somebody waits for a start.
#[derive(Debug)]
pub(super) struct Caller(Arc<Inner>);

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.state().callers -= 1;
        self.0.changed.send_replace(());
    }
}
