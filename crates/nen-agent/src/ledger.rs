use futures_util::future::BoxFuture;

use crate::error::AgentError;
use crate::provider::Usage;

/// Who pays for model calls: is asked before each one, and writes each one down.
///
/// What one task may spend is its [`Budget`](crate::Budget); this is for what tasks spend together.
pub trait Ledger: Send + Sync {
    /// Whether the next call may be made. `priced` says whether it will be known what it cost.
    ///
    /// # Errors
    /// Why not: [`AgentError::Budget`], or [`AgentError::Ledger`] when nobody can tell.
    fn allows<'a>(&'a self, model: &'a str, priced: bool) -> BoxFuture<'a, Result<(), AgentError>>;

    /// Writes down a call that was answered. What was spent stays written down when the task is dropped while it waits
    /// for this.
    ///
    /// # Errors
    /// [`AgentError::Ledger`]: the task ends, since nobody would know what it spends.
    fn record(&self, call: BilledCall) -> BoxFuture<'_, Result<(), AgentError>>;
}

/// What is known of an answered model call once it is to be paid for.
#[derive(Debug, Clone, PartialEq)]
pub struct BilledCall {
    /// Name of the model as it was asked for.
    pub model: String,
    /// Tokens.
    pub usage: Usage,
    /// US dollars; none when the model's price is not known.
    pub cost_usd: Option<f64>,
    /// Milliseconds until the model had answered, with all attempts.
    pub latency_ms: u64,
    /// How often the provider was asked until it answered.
    pub attempts: u32,
}

/// Nobody asks what is spent.
#[derive(Debug, Clone, Copy)]
pub struct Unbilled;

impl Ledger for Unbilled {
    fn allows<'a>(&'a self, _: &'a str, _: bool) -> BoxFuture<'a, Result<(), AgentError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn record(&self, _: BilledCall) -> BoxFuture<'_, Result<(), AgentError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
