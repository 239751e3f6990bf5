//! Keys looked up lately, so that a click does not wait for the database.

use nen_store::{ApiKey, Store, StoreError};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a key is trusted without asking again: what another process revokes ends within this time. A key revoked
/// through this process ends at once.
const TRUSTED: Duration = Duration::from_secs(5);
/// Most keys remembered.
const MOST: usize = 1024;

/// A bounded memory of good keys, by the SHA-256 of their text. Wrong keys are not remembered.
#[derive(Debug, Default)]
pub(crate) struct KeyCache(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    known: HashMap<[u8; 32], (Arc<ApiKey>, Instant)>,
    /// Counts revocations: a lookup that began before one must not be remembered after it.
    revocations: u64,
}

impl KeyCache {
    /// The key with this secret, if it is good.
    pub(crate) async fn find(
        &self,
        store: &Store,
        secret: &str,
    ) -> Result<Option<Arc<ApiKey>>, StoreError> {
        let digest: [u8; 32] = Sha256::digest(secret).into();
        let revocations = {
            let state = self.lock();
            if let Some((key, since)) = state.known.get(&digest)
                && since.elapsed() < TRUSTED
                && key.expires_at.is_none_or(|at| at > store.now())
            {
                return Ok(Some(key.clone()));
            }
            state.revocations
        };
        let Some(key) = store.keys().find_by_secret(secret).await?.map(Arc::new) else {
            self.lock().known.remove(&digest);
            return Ok(None);
        };
        let mut state = self.lock();
        if state.revocations == revocations {
            if state.known.len() >= MOST {
                state
                    .known
                    .retain(|_, (_, since)| since.elapsed() < TRUSTED);
            }
            if state.known.len() < MOST {
                state.known.insert(digest, (key.clone(), Instant::now()));
            }
        }
        Ok(Some(key))
    }

    /// Forgets a key that was revoked.
    pub(crate) fn revoked(&self, id: &str) {
        let mut state = self.lock();
        state.revocations += 1;
        state.known.retain(|_, (key, _)| key.id != id);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
