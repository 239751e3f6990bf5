//! The calls that are under way over HTTP, so that a client's word finds the one it wants to end.
//!
//! Protocol versions up to 2025-11-25 cancel a call by a message of its own, which says the call's id. Ids are unique
//! to a client only, so such a client is given a name when it introduces itself. The name is all there is to its
//! session: nothing is kept under it but what is under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Which call: whose it is, in which session, and its id as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CallName {
    /// The caller, so that nobody ends what belongs to another.
    pub(crate) owner: String,
    /// The name of the client.
    pub(crate) session: String,
    /// The call's id.
    pub(crate) id: String,
}

/// The calls under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashMap<CallName, CancellationToken>>>);

impl InFlight {
    /// Notes a call until the guard is dropped. A second one of the same name takes the place of the first, which can
    /// then only be ended by its connection.
    pub(crate) fn begin(&self, name: CallName) -> Underway {
        let token = CancellationToken::new();
        self.lock().insert(name.clone(), token.clone());
        Underway {
            calls: self.clone(),
            name,
            token,
        }
    }

    /// Ends a call; nothing happens when there is none.
    pub(crate) fn cancel(&self, name: &CallName) {
        if let Some(token) = self.lock().get(name) {
            token.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallName, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that goes on.
#[derive(Debug)]
pub(crate) struct Underway {
    calls: InFlight,
    name: CallName,
    token: CancellationToken,
}

impl Underway {
    /// Ready once somebody wants it ended.
    pub(crate) async fn cancelled(&self) {
        self.token.cancelled().await;
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let mut calls = self.calls.lock();
        // Another of the same name may have taken its place.
        if calls
            .get(&self.name)
            .is_some_and(|token| *token == self.token)
        {
            calls.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(owner: &str) -> CallName {
        CallName {
            owner: owner.to_owned(),
            session: "s".to_owned(),
            id: "1".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_call_is_ended_by_its_own_caller_only() {
        let calls = InFlight::default();
        let call = calls.begin(name("a"));
        calls.cancel(&name("b"));
        assert!(!call.token.is_cancelled());
        calls.cancel(&name("a"));
        call.cancelled().await;
    }

    #[test]
    fn nothing_is_kept_of_what_is_over() {
        let calls = InFlight::default();
        let first = calls.begin(name("a"));
        let second = calls.begin(name("a"));
        drop(first);
        calls.cancel(&name("a"));
        assert!(second.token.is_cancelled());
        drop(second);
        assert!(calls.lock().is_empty());
    }
}
