//! The worker's own API keys: one for each workspace whose desktops it drives, made when it is first needed.

use std::collections::HashMap;

use nen_store::{Doer, Scope, Store, StoreError};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

/// Seconds for which a key works. A worker that is killed leaves it behind for no longer.
const LIFETIME: i64 = 3600;
/// Seconds before its end from which a key is not used any more. Longer than any call.
const SPARE: i64 = 600;
/// How the keys are named, in lists of keys and in the tool log.
const NAME: &str = "worker";
/// What runs do to desktops.
const SCOPES: [Scope; 2] = [Scope::DesktopsRead, Scope::DesktopsWrite];

/// A key of this worker.
#[derive(Clone, Debug)]
pub struct WorkerKey {
    id: String,
    /// Unix seconds.
    expires_at: i64,
    /// What goes into the header.
    pub secret: SecretString,
}

/// The keys this worker has made and not yet revoked.
#[derive(Debug)]
pub struct WorkerKeys {
    store: Store,
    /// By workspace, the one in use last; those before it are still good for calls that began with them.
    held: Mutex<HashMap<String, Vec<WorkerKey>>>,
}

impl WorkerKeys {
    /// No keys yet.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            held: Mutex::default(),
        }
    }

    /// A key for the workspace, good for as long as any call takes.
    pub async fn of(&self, workspace: &str) -> Result<WorkerKey, StoreError> {
        let mut held = self.held.lock().await;
        let keys = held.entry(workspace.to_owned()).or_default();
        let now = self.store.now();
        if let Some(key) = keys.last().filter(|key| now < key.expires_at - SPARE) {
            return Ok(key.clone());
        }
        let expires_at = now + LIFETIME;
        let made = self
            .store
            .by(worker(workspace))
            .keys()
            .create(workspace, NAME, &SCOPES, Some(expires_at))
            .await?;
        let key = WorkerKey {
            id: made.key.id,
            expires_at,
            secret: made.secret.into(),
        };
        keys.retain(|key| key.expires_at > now);
        keys.push(key.clone());
        Ok(key)
    }

    /// Another key instead of one that the server refused; `None` when the database says that the refused one is good,
    /// so that another would be refused, too.
    pub async fn instead_of(
        &self,
        workspace: &str,
        refused: &WorkerKey,
    ) -> Result<Option<WorkerKey>, StoreError> {
        let secret = refused.secret.expose_secret();
        if self.store.keys().find_by_secret(secret).await?.is_some() {
            return Ok(None);
        }
        if let Some(keys) = self.held.lock().await.get_mut(workspace) {
            keys.retain(|key| key.id != refused.id);
        }
        self.of(workspace).await.map(Some)
    }

    /// Ends all keys.
    pub async fn revoke(&self) {
        let held = std::mem::take(&mut *self.held.lock().await);
        for (workspace, keys) in held {
            for key in keys {
                let store = self.store.by(worker(&workspace));
                if let Err(error) = store.keys().revoke(&workspace, &key.id).await {
                    tracing::warn!(key = key.id, %error, "A key of this worker works until it expires");
                }
            }
        }
    }
}

/// In whose name keys come and go.
fn worker(workspace: &str) -> Doer {
    Doer {
        workspace_id: Some(workspace.to_owned()),
        actor: NAME.to_owned(),
        ..Doer::default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use nen_store::Clock;
    use tempfile::TempDir;

    use super::*;

    const WORKSPACE: &str = nen_store::DEFAULT_WORKSPACE;

    /// A store with one workspace whose only other key is the first one, and its clock in seconds.
    async fn store() -> (Store, Arc<AtomicI64>, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let seconds = Arc::new(AtomicI64::new(1_000_000));
        let clock = {
            let seconds = seconds.clone();
            Clock::new(move || seconds.load(Ordering::Relaxed) * 1000)
        };
        let url = format!("sqlite:{}", folder.path().join("nen.db").display());
        let store = Store::open_with_clock(&url, clock).await.unwrap();
        store.ensure_default_workspace().await.unwrap();
        (store, seconds, folder)
    }

    async fn works(store: &Store, key: &WorkerKey) -> bool {
        let secret = key.secret.expose_secret();
        store.keys().find_by_secret(secret).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn a_workspace_has_one_key_that_may_only_drive_desktops() {
        let (store, _, _folder) = store().await;
        let keys = WorkerKeys::new(store.clone());
        let first = keys.of(WORKSPACE).await.unwrap();
        assert_eq!(keys.of(WORKSPACE).await.unwrap().id, first.id);
        let listed = store.keys().list(WORKSPACE).await.unwrap();
        let ours: Vec<_> = listed.iter().filter(|key| key.name == "worker").collect();
        assert_eq!(ours.len(), 1);
        assert_eq!(ours[0].scopes, SCOPES);
        assert_eq!(ours[0].expires_at, Some(1_000_000 + 3600));
    }

    #[tokio::test]
    async fn a_key_is_renewed_before_it_ends_and_the_one_before_stays_good() {
        let (store, seconds, _folder) = store().await;
        let keys = WorkerKeys::new(store.clone());
        let first = keys.of(WORKSPACE).await.unwrap();
        seconds.fetch_add(LIFETIME - SPARE, Ordering::Relaxed);
        let second = keys.of(WORKSPACE).await.unwrap();
        assert_ne!(second.id, first.id);
        assert!(works(&store, &first).await && works(&store, &second).await);
    }

    #[tokio::test]
    async fn all_keys_end_with_the_worker() {
        let (store, seconds, _folder) = store().await;
        let keys = WorkerKeys::new(store.clone());
        let first = keys.of(WORKSPACE).await.unwrap();
        seconds.fetch_add(LIFETIME - SPARE, Ordering::Relaxed);
        let second = keys.of(WORKSPACE).await.unwrap();
        keys.revoke().await;
        assert!(!works(&store, &first).await && !works(&store, &second).await);
    }

    #[tokio::test]
    async fn only_a_key_that_is_no_longer_good_is_replaced() {
        let (store, _, _folder) = store().await;
        let keys = WorkerKeys::new(store.clone());
        let first = keys.of(WORKSPACE).await.unwrap();
        assert!(keys.instead_of(WORKSPACE, &first).await.unwrap().is_none());
        store.keys().revoke(WORKSPACE, &first.id).await.unwrap();
        let second = keys.instead_of(WORKSPACE, &first).await.unwrap().unwrap();
        assert_ne!(second.id, first.id);
        assert_eq!(keys.of(WORKSPACE).await.unwrap().id, second.id);
    }

    #[tokio::test]
    async fn a_key_does_not_show_in_debug_output() {
        let (store, _, _folder) = store().await;
        let keys = WorkerKeys::new(store);
        let key = keys.of(WORKSPACE).await.unwrap();
        let shown = format!("{keys:?} {key:?}");
        assert!(!shown.contains(key.secret.expose_secret()), "{shown}");
    }
}
