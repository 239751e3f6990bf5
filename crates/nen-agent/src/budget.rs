use serde::Serialize;
use tokio::time::Instant;

use crate::error::AgentError;
use crate::prices::Price;
use crate::provider::Usage;

/// What a task may spend. It is looked at before each model call, so the last call may go beyond it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Budget {
    /// US dollars.
    pub max_cost_usd: Option<f64>,
    /// Tokens of all kinds, read and written.
    pub max_tokens: Option<u64>,
    /// When everything stops, also in the middle of a call.
    pub deadline: Option<Instant>,
}

/// What a task has spent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Spent {
    /// Model calls that were answered.
    pub calls: u32,
    /// Tokens of all of them.
    pub usage: Usage,
    /// US dollars; none when the model's price is not known.
    pub cost_usd: Option<f64>,
}

impl Budget {
    /// Refuses a limit in dollars for a model whose price nobody knows.
    pub(crate) fn check(&self, model: &str, price: Option<Price>) -> Result<(), AgentError> {
        if self.max_cost_usd.is_some() && price.is_none() {
            return Err(AgentError::Invalid(format!(
                "there is a cost budget, but the price of the model {model:?} is not known: set NEN_MODEL_PRICES to {{\"{model}\": {{\"input\": …, \"cached_input\": …, \"cache_write\": …, \"output\": …}}}} in US dollars per million tokens, or give a token budget instead"
            )));
        }
        Ok(())
    }

    /// Refuses the next call when what was spent has reached the limit.
    pub(crate) fn allows(&self, spent: &Spent) -> Result<(), AgentError> {
        if let Some(limit) = self.max_tokens
            && spent.usage.total() >= limit
        {
            return Err(AgentError::Budget(format!(
                "{} tokens are spent and the budget is {limit}: give a larger one",
                spent.usage.total()
            )));
        }
        if let Some(limit) = self.max_cost_usd
            && spent.cost_usd.unwrap_or_default() >= limit
        {
            return Err(AgentError::Budget(format!(
                "{:.4} US dollars are spent and the budget is {limit}: give a larger one",
                spent.cost_usd.unwrap_or_default()
            )));
        }
        Ok(())
    }
}

impl Spent {
    /// Adds an answered call; gives what it cost.
    pub(crate) fn add(&mut self, usage: Usage, price: Option<Price>) -> Option<f64> {
        let cost = price.map(|price| price.of(usage));
        self.calls += 1;
        self.usage += usage;
        self.cost_usd = cost.map(|cost| cost + self.cost_usd.unwrap_or_default());
        cost
    }
}
