//! How often callers may come, and what becomes of those who guess.

mod familiar;
mod guesses;
mod rates;
mod refused;

use crate::auth::Credential;
use crate::door::ClientAddress;
use crate::error::ApiError;
use familiar::Familiar;
use guesses::Guesses;
use prometheus_client::registry::Registry;
use rates::Rate;
use refused::{Reason, Refused};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is set about how often callers may come. What did not come over the network is not counted.
#[derive(Debug, Clone)]
pub struct GateConfig {
    /// Requests per second with one key; twice as many may come at once. 0: no limit.
    pub per_key: u32,
    /// Requests per second from one address without a good key: pages, links to the live view, wrong keys. Four times as
    /// many may come at once, since a page is many files. 0: no limit.
    pub per_address: u32,
    /// Wrong keys, links and codes from one address within a minute, after which it is locked out. 0: never.
    pub guesses: u32,
}

impl Default for GateConfig {
    fn default() -> Self {
        Self {
            per_key: 1000,
            per_address: 100,
            guesses: 30,
        }
    }
}

/// Counts requests and guesses.
#[derive(Debug)]
pub(crate) struct Gate {
    per_key: Rate<String>,
    per_address: Rate<IpAddr>,
    guesses: Mutex<Guesses>,
    familiar: Mutex<Familiar>,
    refused: Refused,
}

impl Gate {
    pub(crate) fn new(config: &GateConfig) -> Self {
        Self {
            per_key: Rate::new(config.per_key, config.per_key.saturating_mul(2)),
            per_address: Rate::new(config.per_address, config.per_address.saturating_mul(4)),
            guesses: Mutex::new(Guesses::new(config.guesses)),
            familiar: Mutex::default(),
            refused: Refused::default(),
        }
    }

    /// Has what is refused here counted in a registry.
    pub(crate) fn register_metrics(&self, registry: &mut Registry) {
        self.refused.register(registry);
    }

    /// A request that shows no good key.
    pub(crate) fn stranger(&self, from: Option<ClientAddress>) -> Result<(), ApiError> {
        let Some(from) = from else { return Ok(()) };
        let allowed = self.per_address.take(&from.counted());
        allowed.map_err(|wait| {
            self.slow_down(
                Reason::Address,
                "too many requests from this address without a good API key",
                wait,
            )
        })
    }

    /// A request that shows a credential nobody has looked at yet. From an address that is locked out only those pass that
    /// were good there lately: who shares an address with a guesser can go on working.
    pub(crate) fn shows(
        &self,
        from: Option<ClientAddress>,
        credential: Option<&Credential>,
    ) -> Result<(), ApiError> {
        let Some(from) = from else { return Ok(()) };
        let now = Instant::now();
        let Some(left) = lock(&self.guesses).locked_out(from.counted(), now) else {
            return Ok(());
        };
        match self.is_familiar(from, credential, now) {
            true => Ok(()),
            false => Err(self.slow_down(
                Reason::LockedOut,
                "too many wrong API keys or links came from this address",
                left,
            )),
        }
    }

    /// What was shown was wrong. What was good here before has ended, and is no guess.
    pub(crate) fn was_wrong(&self, from: Option<ClientAddress>, credential: Option<&Credential>) {
        let Some(from) = from else { return };
        let now = Instant::now();
        if self.is_familiar(from, credential, now) {
            return;
        }
        if let Some(left) = lock(&self.guesses).wrong(from.counted(), now) {
            self.refused.lock_out();
            let seconds = left.as_secs();
            tracing::warn!(address = %from.0, seconds, "An address is locked out for wrong keys");
        }
    }

    fn is_familiar(
        &self,
        from: ClientAddress,
        credential: Option<&Credential>,
        now: Instant,
    ) -> bool {
        credential
            .is_some_and(|shown| lock(&self.familiar).knows(from.counted(), shown.digest(), now))
    }

    /// What was shown was good, and is the key with this id.
    pub(crate) fn was_good(
        &self,
        from: Option<ClientAddress>,
        credential: &Credential,
        key_id: &str,
    ) -> Result<(), ApiError> {
        let Some(from) = from else { return Ok(()) };
        let now = Instant::now();
        lock(&self.familiar).remember(from.counted(), credential.digest(), now);
        let allowed = self.per_key.take(key_id);
        let refuse =
            |wait| self.slow_down(Reason::Key, "too many requests with this API key", wait);
        allowed.map_err(refuse)
    }

    fn slow_down(&self, reason: Reason, what: &str, wait: Duration) -> ApiError {
        self.refused.request(reason);
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        ApiError::too_many(format!("{what}, come again in {seconds} s")).retry_after(seconds)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
