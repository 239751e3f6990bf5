//! Attempts to sign in that failed, in the audit log: bounded, so that who guesses cannot fill the disk.

use nen_store::{Deed, Doer, Store, StoreError};
use serde_json::json;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most entries within [`WINDOW`].
const MOST: u32 = 20;
const WINDOW: Duration = Duration::from_secs(60);

/// What was written lately.
#[derive(Debug, Default)]
pub(crate) struct FailedSignIns(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    since: Option<Instant>,
    written: u32,
    left_out: u64,
}

impl FailedSignIns {
    /// Writes an attempt down, unless too many were written just now: of those the next entry has the number. `by` is
    /// what was shown, `key` or `link`.
    pub(crate) async fn note(
        &self,
        store: &Store,
        doer: &Doer,
        by: &'static str,
    ) -> Result<(), StoreError> {
        let Some(left_out) = self.place() else {
            return Ok(());
        };
        let deed = Deed {
            action: "sign_in.failed",
            object: None,
            detail: json!({"by": by, "left_out": left_out}),
        };
        store.audit().add(doer, &deed).await
    }

    /// The number of attempts that were left out before this one, if it is to be written.
    fn place(&self) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.since.is_none_or(|since| since.elapsed() >= WINDOW) {
            state.since = Some(Instant::now());
            state.written = 0;
        }
        if state.written >= MOST {
            state.left_out += 1;
            return None;
        }
        state.written += 1;
        Some(std::mem::take(&mut state.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_a_number_attempts_are_only_counted() {
        let failed = FailedSignIns::default();
        let written = (0..1000).filter(|_| failed.place().is_some()).count();
        assert_eq!(written, MOST as usize);
        let mut state = failed.0.lock().unwrap();
        assert_eq!(state.left_out, 1000 - u64::from(MOST));
        // A minute later.
        state.since = Instant::now().checked_sub(WINDOW);
        drop(state);
        assert_eq!(failed.place(), Some(1000 - u64::from(MOST)));
        assert_eq!(failed.place(), Some(0));
    }
}
