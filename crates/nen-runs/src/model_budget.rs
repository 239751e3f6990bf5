//! What the models of a workspace may cost, have cost, and were used for.

use futures_util::future::BoxFuture;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use nen_agent::{AgentError, BilledCall, Ledger};
use nen_protocol::workflow::{ModelBudget, ModelUse, ModelUseDay};
use nen_store::{ModelDay, ModelTokens, NewModelCall, Store, StoreError};
use serde_json::json;

use crate::metrics::RunMetrics;
use crate::{Runs, RunsError};

/// The setting that holds a workspace's limit, in US dollars.
const LIMIT: &str = "model_budget_usd";

/// A day in seconds.
const DAY: i64 = 24 * 60 * 60;

/// The calendar month (UTC) that a moment is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Month {
    /// Unix seconds of its first moment.
    start: i64,
    /// Unix seconds of the next one's.
    end: i64,
}

impl Month {
    /// None only beyond the year 9999.
    fn of(now: i64) -> Option<Self> {
        let moment = Timestamp::from_second(now).ok()?.to_zoned(TimeZone::UTC);
        let first = moment.first_of_month().ok()?.start_of_day().ok()?;
        let next = first.checked_add(1.month()).ok()?;
        Some(Self {
            start: first.timestamp().as_second(),
            end: next.timestamp().as_second(),
        })
    }
}

impl Runs {
    /// What the models of a workspace may cost this month, and have cost.
    ///
    /// # Errors
    /// `Store`.
    pub async fn budget(&self, workspace: &str) -> Result<ModelBudget, RunsError> {
        Ok(budget(&self.0.store, workspace).await?)
    }

    /// Limits what models may cost in a month, or takes the limit away.
    ///
    /// # Errors
    /// `Invalid` when it is no amount of money, `Store`.
    pub async fn set_budget(
        &self,
        workspace: &str,
        max_cost_usd: Option<f64>,
    ) -> Result<ModelBudget, RunsError> {
        if let Some(most) = max_cost_usd
            && !(0.0..=1e9).contains(&most)
        {
            return Err(RunsError::Invalid(format!(
                "max_cost_usd must be 0 to 1000000000 US dollars a month, or null for no limit, not {most}"
            )));
        }
        let (value, detail) = (
            max_cost_usd.map(|most| most.to_string()),
            json!({"max_cost_usd": max_cost_usd}),
        );
        let store = self.store();
        let settings = store.settings();
        settings
            .change(workspace, LIMIT, value.as_deref(), "budget.set", detail)
            .await?;
        self.budget(workspace).await
    }

    /// What the models of a workspace were used for, from one moment up to another, in Unix seconds.
    ///
    /// # Errors
    /// `Invalid` when the first is not before the second, `Store`.
    pub async fn model_use(
        &self,
        workspace: &str,
        since: Option<i64>,
        until: Option<i64>,
    ) -> Result<ModelUse, RunsError> {
        let now = self.0.store.now();
        let until = until.unwrap_or(now + 1);
        let since = since.unwrap_or_else(|| until.saturating_sub(30 * DAY));
        if since >= until {
            return Err(RunsError::Invalid(format!(
                "since ({since}) must be before until ({until}), both in Unix seconds"
            )));
        }
        let (since, until) = (since.saturating_mul(1000), until.saturating_mul(1000));
        let days = self.0.store.model_calls();
        let days = days.days(workspace, since, until).await?;
        Ok(ModelUse {
            days: days.into_iter().map(day).collect(),
        })
    }

    /// Who pays for what a model does on a desktop, for a run or for a caller over HTTP.
    #[must_use]
    pub fn ledger(
        &self,
        workspace: &str,
        run_id: Option<&str>,
        desktop_id: &str,
    ) -> WorkspaceLedger {
        WorkspaceLedger {
            store: self.0.store.clone(),
            metrics: self.0.metrics.clone(),
            workspace: workspace.to_owned(),
            run_id: run_id.map(str::to_owned),
            desktop_id: desktop_id.to_owned(),
        }
    }
}

/// The account that a workspace's model calls are paid from.
#[derive(Debug, Clone)]
pub struct WorkspaceLedger {
    store: Store,
    metrics: RunMetrics,
    workspace: String,
    run_id: Option<String>,
    desktop_id: String,
}

impl Ledger for WorkspaceLedger {
    fn allows<'a>(&'a self, model: &'a str, priced: bool) -> BoxFuture<'a, Result<(), AgentError>> {
        Box::pin(async move {
            let budget = budget(&self.store, &self.workspace)
                .await
                .map_err(|error| failed(&error))?;
            let Some(most) = budget.max_cost_usd else {
                return Ok(());
            };
            if !priced {
                return Err(AgentError::Budget(format!(
                    "the workspace has one of {most} US dollars a month, but the price of the model {model:?} is not known: set NEN_MODEL_PRICES for it, or take the budget away"
                )));
            }
            if budget.spent_usd >= most {
                let until = Timestamp::from_second(budget.period_end)
                    .map(|end| end.strftime("%-d %B %Y").to_string())
                    .unwrap_or_default();
                return Err(AgentError::Budget(format!(
                    "{:.4} of the workspace's {most} US dollars a month are spent, until {until} (UTC): an admin can raise it by `nen settings budget` or PUT /settings/budget",
                    budget.spent_usd
                )));
            }
            Ok(())
        })
    }

    fn record(&self, call: BilledCall) -> BoxFuture<'_, Result<(), AgentError>> {
        self.metrics.asked(&call);
        let row = NewModelCall {
            workspace_id: self.workspace.clone(),
            model: call.model,
            run_id: self.run_id.clone(),
            desktop_id: Some(self.desktop_id.clone()),
            tokens: ModelTokens {
                input: whole(call.usage.input),
                cached_input: whole(call.usage.cached_input),
                cache_write: whole(call.usage.cache_write),
                output: whole(call.usage.output),
            },
            cost_usd: call.cost_usd,
            latency_ms: whole(call.latency_ms),
            attempts: i64::from(call.attempts),
        };
        tracing::info!(
            workspace = row.workspace_id,
            run = row.run_id,
            desktop = row.desktop_id,
            model = row.model,
            input_tokens = row.tokens.input,
            cached_input_tokens = row.tokens.cached_input,
            output_tokens = row.tokens.output,
            cost_usd = row.cost_usd,
            latency_ms = row.latency_ms,
            attempts = row.attempts,
            "A model answered"
        );
        let store = self.store.clone();
        // In a task of its own: whoever asked may go away, the call has been paid for.
        let written = tokio::spawn(async move { store.model_calls().add(&row).await });
        Box::pin(async move {
            match written.await {
                Ok(written) => written.map_err(|error| failed(&error)),
                Err(_) => Err(AgentError::Ledger("the server is stopping".to_owned())),
            }
        })
    }
}

async fn budget(store: &Store, workspace: &str) -> Result<ModelBudget, StoreError> {
    let now = store.now();
    let month = Month::of(now).unwrap_or(Month {
        start: now,
        end: now,
    });
    let limit = store.settings().get(Some(workspace), LIMIT).await?;
    let spent_usd = store
        .model_calls()
        .spent(workspace, month.start.saturating_mul(1000))
        .await?;
    Ok(ModelBudget {
        max_cost_usd: limit.and_then(|text| text.parse().ok()),
        spent_usd,
        period_start: month.start,
        period_end: month.end,
    })
}

fn day(found: ModelDay) -> ModelUseDay {
    let day = Timestamp::from_second(found.day.saturating_mul(DAY))
        .map(|day| day.strftime("%Y-%m-%d").to_string());
    ModelUseDay {
        day: day.unwrap_or_default(),
        model: found.model,
        calls: found.calls,
        input_tokens: found.tokens.input,
        cached_input_tokens: found.tokens.cached_input,
        cache_write_tokens: found.tokens.cache_write,
        output_tokens: found.tokens.output,
        cost_usd: found.cost_usd,
    }
}

fn failed(error: &StoreError) -> AgentError {
    AgentError::Ledger(error.to_string())
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Month;

    #[test]
    fn a_month_begins_and_ends_at_midnight_of_a_first() {
        // 31 December 2026 23:59:59 and the second after it.
        let last = Month::of(1_798_761_599).unwrap();
        assert_eq!((last.start, last.end), (1_796_083_200, 1_798_761_600));
        let next = Month::of(1_798_761_600).unwrap();
        assert_eq!((next.start, next.end), (last.end, 1_801_440_000));
    }
}
