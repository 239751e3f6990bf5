//! The viewers that are connected to this server right now.

use crate::auth::{Caller, Credential};
use crate::rfb_filter::Role;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// All connected viewers. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connected(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    next: u64,
    by_desktop: HashMap<String, HashMap<u64, Viewer>>,
}

#[derive(Debug)]
struct Viewer {
    ended: CancellationToken,
    /// What it may do, once it sees the screen. A stream of events has none.
    role: Option<Role>,
    /// Who it is, unless it came by a link.
    caller: Option<Caller>,
}

/// One connected viewer; it counts until this is dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    all: Connected,
    desktop_id: String,
    number: u64,
    ended: CancellationToken,
}

impl Connected {
    /// Counts a viewer in, unless `max` watch this desktop already.
    ///
    /// Do this before looking whether the session still exists: then a session that is deleted at the same moment
    /// either is not found or disconnects the viewer.
    pub(crate) fn enter(
        &self,
        desktop_id: &str,
        max: usize,
        caller: Option<Caller>,
    ) -> Option<Connection> {
        let mut state = self.lock();
        state.next += 1;
        let number = state.next;
        let viewers = state.by_desktop.entry(desktop_id.to_owned()).or_default();
        if viewers.len() >= max {
            return None;
        }
        let ended = CancellationToken::new();
        let viewer = Viewer {
            ended: ended.clone(),
            role: None,
            caller,
        };
        viewers.insert(number, viewer);
        Some(Connection {
            all: self.clone(),
            desktop_id: desktop_id.to_owned(),
            number,
            ended,
        })
    }

    /// Disconnects every viewer of a desktop, now.
    pub(crate) fn disconnect(&self, desktop_id: &str) {
        if let Some(viewers) = self.lock().by_desktop.get(desktop_id) {
            viewers.values().for_each(|viewer| viewer.ended.cancel());
        }
    }

    /// Disconnects every viewer who came with this key, now.
    pub(crate) fn revoked(&self, key_id: &str) {
        self.end_where(|caller| caller.key_id() == key_id);
    }

    /// Disconnects every viewer in a browser that was signed in so, now.
    pub(crate) fn signed_out(&self, credential: &Credential) {
        self.end_where(|caller| caller.credential() == credential);
    }

    fn end_where(&self, test: impl Fn(&Caller) -> bool) {
        let state = self.lock();
        let viewers = state.by_desktop.values().flat_map(HashMap::values);
        viewers
            .filter(|viewer| viewer.caller.as_ref().is_some_and(&test))
            .for_each(|viewer| viewer.ended.cancel());
    }

    /// What those who see a desktop's screen may do, in the order in which they came.
    pub(crate) fn roles(&self, desktop_id: &str) -> Vec<Role> {
        let state = self.lock();
        let viewers = state.by_desktop.get(desktop_id).into_iter().flatten();
        let mut roles: Vec<_> = viewers
            .filter_map(|(number, viewer)| Some((*number, viewer.role?)))
            .collect();
        roles.sort_by_key(|(number, _)| *number);
        roles.into_iter().map(|(_, role)| role).collect()
    }

    /// What those may do who see the screen of any desktop.
    pub(crate) fn all_roles(&self) -> Vec<Role> {
        let state = self.lock();
        let viewers = state.by_desktop.values().flat_map(HashMap::values);
        viewers.filter_map(|viewer| viewer.role).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// It sees the screen from now on.
    pub(crate) fn sees(&self, role: Role) {
        let mut state = self.all.lock();
        let viewers = state.by_desktop.get_mut(&self.desktop_id);
        if let Some(viewer) = viewers.and_then(|viewers| viewers.get_mut(&self.number)) {
            viewer.role = Some(role);
        }
    }

    /// Cancelled when the viewer has to go.
    pub(crate) fn ended(&self) -> &CancellationToken {
        &self.ended
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.all.lock();
        if let Some(viewers) = state.by_desktop.get_mut(&self.desktop_id) {
            viewers.remove(&self.number);
            if viewers.is_empty() {
                state.by_desktop.remove(&self.desktop_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_are_bounded_disconnected_together_and_forgotten() {
        let all = Connected::default();
        let first = all.enter("a", 2, None).unwrap();
        let second = all.enter("a", 2, None).unwrap();
        let other = all.enter("b", 2, None).unwrap();
        assert!(all.enter("a", 2, None).is_none());
        all.disconnect("a");
        assert!(
            first.ended().is_cancelled()
                && second.ended().is_cancelled()
                && !other.ended().is_cancelled()
        );
        first.sees(Role::Interactive);
        other.sees(Role::View);
        assert_eq!(all.roles("a"), [Role::Interactive]);
        assert_eq!(all.roles("b"), [Role::View]);
        assert_eq!(all.roles("c"), []);
        drop((first, second));
        assert_eq!(all.roles("a"), []);
        assert!(!all.enter("a", 2, None).unwrap().ended().is_cancelled());
        drop(other);
        assert!(all.lock().by_desktop.is_empty());
    }
}
