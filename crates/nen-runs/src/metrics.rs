//! What runs, their webhooks and their models are counted by, for whoever watches over a server or a worker. Each process
//! counts what it did itself; what waits is asked of the database by the server.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use nen_agent::BilledCall;
use nen_store::{Attempt, Outcome, RunRow};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

use crate::Runs;

/// From a script of a second to the longest agent. Seconds.
const RUN: [f64; 12] = [
    1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0,
];
/// From a free slot to a queue of hours. Seconds.
const WAIT: [f64; 10] = [
    0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0,
];
/// A receiver has ten seconds. Seconds.
const WEBHOOK: [f64; 9] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0];
/// Models take their time. Seconds.
const MODEL: [f64; 10] = [0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0];

/// Most models that are counted by their own names: a name can be anything that a server of one's own takes.
const MODELS: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByStatus {
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, EncodeLabelSet)]
struct ByModel {
    provider: String,
    model: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByTokens {
    provider: String,
    model: String,
    kind: &'static str,
}

/// A process's counters. Cheap to clone; all clones count together.
#[derive(Debug, Clone)]
pub(crate) struct RunMetrics {
    durations: Family<ByStatus, Histogram>,
    waits: Histogram,
    /// What the webhooks' sender counts by.
    pub webhooks: WebhookMetrics,
    models: ModelMetrics,
}

/// Attempts to deliver webhooks.
#[derive(Debug, Clone)]
pub struct WebhookMetrics(Family<ByOutcome, Histogram>);

#[derive(Debug, Clone)]
struct ModelMetrics {
    known: Arc<Mutex<BTreeSet<ByModel>>>,
    latencies: Family<ByModel, Histogram>,
    tokens: Family<ByTokens, Counter>,
    cost: Family<ByModel, Counter<f64, AtomicU64>>,
}

impl Default for RunMetrics {
    fn default() -> Self {
        let durations: Family<_, _> = Family::new_with_constructor(|| Histogram::new(RUN));
        for status in ["completed", "failed", "timeout", "cancelled"] {
            let _ = durations.get_or_create(&ByStatus { status });
        }
        Self {
            durations,
            waits: Histogram::new(WAIT),
            webhooks: WebhookMetrics::default(),
            models: ModelMetrics {
                known: Arc::default(),
                latencies: Family::new_with_constructor(|| Histogram::new(MODEL)),
                tokens: Family::default(),
                cost: Family::default(),
            },
        }
    }
}

impl Default for WebhookMetrics {
    fn default() -> Self {
        let attempts: Family<_, _> = Family::new_with_constructor(|| Histogram::new(WEBHOOK));
        for outcome in ["delivered", "retry", "failed"] {
            let _ = attempts.get_or_create(&ByOutcome { outcome });
        }
        Self(attempts)
    }
}

impl WebhookMetrics {
    /// An attempt was made.
    pub(crate) fn attempted(&self, attempt: &Attempt) {
        let outcome = match attempt.outcome {
            Outcome::Delivered => "delivered",
            Outcome::Retry(_) => "retry",
            Outcome::Failed => "failed",
        };
        let attempts = self.0.get_or_create(&ByOutcome { outcome });
        attempts.observe(attempt.duration_ms / 1000.0);
    }
}

impl RunMetrics {
    /// A run was begun for the first time.
    pub(crate) fn begun(&self, run: &RunRow) {
        if let (1, Some(started)) = (run.attempt, run.started_ms) {
            self.waits.observe(seconds(started - run.created_ms));
        }
    }

    /// A run has ended. One that was never begun took no time.
    pub(crate) fn ended(&self, run: &RunRow) {
        let finished = run.finished_ms.unwrap_or_default();
        let took = run.started_ms.map_or(0, |started| finished - started);
        let status = run.status.as_str();
        let durations = self.durations.get_or_create(&ByStatus { status });
        durations.observe(seconds(took));
    }

    /// A model has answered.
    pub(crate) fn asked(&self, call: &BilledCall) {
        let models = &self.models;
        let by = models.label(&call.model);
        let latency = std::time::Duration::from_millis(call.latency_ms);
        let latencies = models.latencies.get_or_create(&by);
        latencies.observe(latency.as_secs_f64());
        drop(latencies);
        for (kind, tokens) in [
            ("input", call.usage.input),
            ("cached_input", call.usage.cached_input),
            ("cache_write", call.usage.cache_write),
            ("output", call.usage.output),
        ] {
            let (provider, model) = (by.provider.clone(), by.model.clone());
            let by = ByTokens {
                provider,
                model,
                kind,
            };
            models.tokens.get_or_create(&by).inc_by(tokens);
        }
        if let Some(cost) = call.cost_usd {
            models.cost.get_or_create(&by).inc_by(cost);
        }
    }
}

impl ModelMetrics {
    fn label(&self, model: &str) -> ByModel {
        let by = ByModel {
            provider: nen_agent::provider_of(model).to_owned(),
            model: model.to_owned(),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MODELS || known.contains(&by) {
            known.insert(by.clone());
            return by;
        }
        ByModel {
            model: "other".to_owned(),
            ..by
        }
    }
}

impl Runs {
    /// Adds what this process counts of runs, webhooks and models to what is shown of it. Names begin behind the registry's
    /// prefix.
    pub fn register_metrics(&self, registry: &mut Registry) {
        let metrics = &self.0.metrics;
        registry.register(
            "run_duration_seconds",
            "Time from a run's first begin to its end, by how it ended; 0 for one that never began",
            metrics.durations.clone(),
        );
        registry.register(
            "run_wait_seconds",
            "Time that runs waited from their acceptance until they were begun",
            metrics.waits.clone(),
        );
        registry.register(
            "webhook_attempt_seconds",
            "Attempts to deliver webhooks, by what followed: delivered, another attempt (retry), given up (failed)",
            metrics.webhooks.0.clone(),
        );
        let models = &metrics.models;
        registry.register(
            "model_call_seconds",
            "Time until a model had answered, with all attempts, of the calls that were answered",
            models.latencies.clone(),
        );
        registry.register(
            "model_tokens",
            "Tokens that models read and wrote: input, cached_input (read from the provider's cache), cache_write, output",
            models.tokens.clone(),
        );
        registry.register(
            "model_cost_usd",
            "US dollars that models cost, where their prices are known",
            models.cost.clone(),
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "a run takes no centuries")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use nen_agent::Usage;
    use prometheus_client::encoding::text::encode_registry;

    fn text(name: &str, metric: impl prometheus_client::registry::Metric) -> String {
        let mut registry = Registry::default();
        registry.register(name, "", metric);
        let mut text = String::new();
        encode_registry(&mut text, &registry).unwrap();
        text
    }

    #[test]
    fn models_beyond_a_number_are_counted_as_others() {
        let metrics = RunMetrics::default();
        for number in 0..1000 {
            metrics.asked(&BilledCall {
                model: format!("model-{number}@local"),
                usage: Usage {
                    output: 2,
                    ..Usage::default()
                },
                cost_usd: None,
                latency_ms: 1,
                attempts: 1,
            });
        }
        let calls = text("calls", metrics.models.latencies.clone());
        assert_eq!(calls.matches("calls_count{").count(), MODELS + 1);
        let tokens = text("tokens", metrics.models.tokens);
        let others = format!(
            "tokens_total{{provider=\"local\",model=\"other\",kind=\"output\"}} {}\n",
            2 * (1000 - MODELS)
        );
        assert!(tokens.contains(&others), "{tokens}");
    }

    #[test]
    fn attempts_are_counted_by_what_followed() {
        let metrics = WebhookMetrics::default();
        for outcome in [Outcome::Delivered, Outcome::Retry(7), Outcome::Delivered] {
            metrics.attempted(&Attempt {
                webhook_id: "msg_1".to_owned(),
                at_ms: 0,
                duration_ms: 40.0,
                status_code: None,
                error: None,
                outcome,
            });
        }
        let attempts = text("attempts", metrics.0);
        for (outcome, count) in [("delivered", 2), ("retry", 1), ("failed", 0)] {
            let line = format!("attempts_count{{outcome=\"{outcome}\"}} {count}\n");
            assert!(attempts.contains(&line), "{attempts}");
        }
        assert!(attempts.contains("attempts_bucket{le=\"0.05\",outcome=\"delivered\"} 2\n"));
    }
}
