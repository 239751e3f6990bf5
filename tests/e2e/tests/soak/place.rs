use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where a desktop is. It may be another one after a while, and it may be hurt.
#[derive(Debug, Default)]
pub struct Place {
    id: Mutex<String>,
    /// Grows whenever something is done to the desktop that its callers may notice; odd while that goes on.
    epoch: AtomicU64,
    /// Taken by whoever does such a thing.
    pub turn: Mutex<()>,
}

/// What a call can rely on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub id: String,
    epoch: u64,
}

impl Place {
    pub fn state(&self) -> State {
        let id = self.id.lock().unwrap();
        State {
            id: id.clone(),
            epoch: self.epoch.load(Ordering::SeqCst),
        }
    }

    /// Whether the desktop was there and well all the time since.
    pub fn was_well(&self, since: &State) -> bool {
        since.epoch.is_multiple_of(2) && self.state() == *since
    }

    pub fn is_well(&self) -> bool {
        self.epoch.load(Ordering::SeqCst).is_multiple_of(2)
    }

    /// From now on what its callers get may be an error.
    pub fn trouble(&self) {
        assert!(self.is_well());
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// From now on it may not, with this desktop.
    pub fn well(&self, id: &str) {
        let mut at = self.id.lock().unwrap();
        id.clone_into(&mut at);
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }
}
