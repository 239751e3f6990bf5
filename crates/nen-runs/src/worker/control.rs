//! The runs that this process executes, and the ways to end one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// How a run can be ended from outside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Control {
    /// Somebody asked for its end.
    pub cancel: CancellationToken,
    /// Another worker has it now.
    pub lost: CancellationToken,
}

/// The runs in execution, by their ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct Active(Arc<Mutex<HashMap<String, Control>>>);

/// A run in execution; it is no more when this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    active: Active,
    id: String,
    pub control: Control,
}

impl Active {
    pub(super) fn enter(&self, id: &str) -> Entry {
        let control = Control::default();
        self.lock().insert(id.to_owned(), control.clone());
        Entry {
            active: self.clone(),
            id: id.to_owned(),
            control,
        }
    }

    /// Cancels a run, if it is one of ours.
    pub fn cancel(&self, id: &str) {
        if let Some(control) = self.lock().get(id) {
            control.cancel.cancel();
        }
    }

    /// Tells runs that this worker does not hold any more.
    pub fn keep_only(&self, held: &[(String, bool)]) {
        for (id, control) in self.lock().iter() {
            match held.iter().find(|(held, _)| held == id) {
                None => control.lost.cancel(),
                Some((_, true)) => control.cancel.cancel(),
                Some((_, false)) => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Control>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.active.lock().remove(&self.id);
    }
}
