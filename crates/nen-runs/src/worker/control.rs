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

/// The runs in execution.
#[derive(Debug, Clone, Default)]
pub(crate) struct Active {
    /// By their ids.
    runs: Arc<Mutex<HashMap<String, Control>>>,
    /// Held from before a run is claimed until it is in `runs`, and while the database's list of this worker's runs is
    /// compared with `runs`: a claim in between would look like a run that was lost, or like one that nobody executes.
    claims: Arc<tokio::sync::Mutex<()>>,
}

/// A run in execution; it is no more when this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    active: Active,
    id: String,
    pub control: Control,
}

impl Active {
    /// While this is held, `runs` and the claims in the database agree.
    pub(super) async fn hold_claims(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.claims.lock().await
    }

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

    /// Tells runs that this worker does not hold any more, and answers what it holds without executing it.
    pub(super) fn keep_only<'a>(&self, held: &'a [(String, bool)]) -> Vec<&'a str> {
        let runs = self.lock();
        for (id, control) in runs.iter() {
            match held.iter().find(|(held, _)| held == id) {
                None => control.lost.cancel(),
                Some((_, true)) => control.cancel.cancel(),
                Some((_, false)) => {}
            }
        }
        held.iter()
            .map(|(id, _)| id.as_str())
            .filter(|id| !runs.contains_key(*id))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Control>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.active.lock().remove(&self.id);
    }
}
