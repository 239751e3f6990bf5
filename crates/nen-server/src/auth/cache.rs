//! Keys looked up lately, so that a click does not wait for the database.

use super::Credential;
use nen_store::{ApiKey, Store, StoreError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long a key is trusted without asking again: what another process revokes ends within this time. A key revoked
/// through this process ends at once.
const TRUSTED: Duration = Duration::from_secs(5);
/// Most keys remembered.
const MOST: usize = 1024;

/// A bounded memory of good keys, by the SHA-256 of what was shown for them. What was wrong is not remembered.
#[derive(Debug, Default)]
pub(crate) struct KeyCache {
    state: Mutex<State>,
    /// Changes with each revocation and ending.
    endings: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    known: HashMap<[u8; 32], Known>,
    /// Counts revocations and endings: a lookup that began before one must not be remembered after it.
    revocations: u64,
}

#[derive(Debug)]
struct Known {
    key: Arc<ApiKey>,
    /// Unix seconds from which it is no good.
    until: Option<i64>,
    since: Instant,
}

impl KeyCache {
    /// The key that a credential stands for, if it is good.
    pub(crate) async fn find(
        &self,
        store: &Store,
        credential: &Credential,
    ) -> Result<Option<Arc<ApiKey>>, StoreError> {
        let digest = credential.digest();
        let revocations = {
            let state = self.lock();
            if let Some(known) = state.known.get(&digest)
                && known.since.elapsed() < TRUSTED
                && known.until.is_none_or(|at| at > store.now())
            {
                return Ok(Some(known.key.clone()));
            }
            state.revocations
        };
        let Some((key, until)) = look_up(store, credential).await? else {
            self.lock().known.remove(&digest);
            return Ok(None);
        };
        let key = Arc::new(key);
        let mut state = self.lock();
        if state.revocations == revocations {
            if state.known.len() >= MOST {
                state
                    .known
                    .retain(|_, known| known.since.elapsed() < TRUSTED);
            }
            if state.known.len() < MOST {
                let known = Known {
                    key: key.clone(),
                    until,
                    since: Instant::now(),
                };
                state.known.insert(digest, known);
            }
        }
        Ok(Some(key))
    }

    /// Forgets a key that was revoked.
    pub(crate) fn revoked(&self, id: &str) {
        let mut state = self.lock();
        state.revocations += 1;
        state.known.retain(|_, known| known.key.id != id);
        self.endings.send_replace(());
    }

    /// Changes when something that was good may be so no more.
    pub(super) fn endings(&self) -> watch::Receiver<()> {
        self.endings.subscribe()
    }

    /// Forgets what a browser showed that has signed out.
    pub(crate) fn signed_out(&self, credential: &Credential) {
        let mut state = self.lock();
        state.revocations += 1;
        state.known.remove(&credential.digest());
        self.endings.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key, and until when what was shown for it is good.
async fn look_up(
    store: &Store,
    credential: &Credential,
) -> Result<Option<(ApiKey, Option<i64>)>, StoreError> {
    match credential {
        Credential::Key(secret) => {
            let found = store.keys().find_by_secret(secret).await?;
            Ok(found.map(|key| {
                let until = key.expires_at;
                (key, until)
            }))
        }
        Credential::Cookie(secret) => {
            let found = store.sign_ins().find(secret).await?;
            Ok(found.map(|found| {
                let until = found.key.expires_at.unwrap_or(i64::MAX);
                (found.key, Some(until.min(found.expires_at)))
            }))
        }
    }
}
