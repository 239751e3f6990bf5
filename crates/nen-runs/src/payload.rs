//! What is told of a run: its view for callers, and its webhooks.

use nen_protocol::workflow::{Run, RunStatus, WebhookEnd, WebhookPayload};
use nen_store::{NewWebhook, RunRow, StoreError};
use serde_json::{Value, json};

use crate::link;
use crate::options::RunOptions;
use crate::seal::SecretKey;

/// What links are made with.
#[derive(Debug, Clone)]
pub(crate) struct Teller {
    pub key: SecretKey,
    pub base_url: String,
}

impl Teller {
    /// What makes the webhook of a change, once its transaction knows the run's new state.
    pub fn announcer(
        &self,
        now: i64,
    ) -> Result<impl FnOnce(&RunRow) -> Option<NewWebhook> + '_, StoreError> {
        let id = nen_store::random_id("msg")?;
        Ok(move |run: &RunRow| self.webhook(run, id, now))
    }

    /// The webhook that the present state of a run owes; none without a callback.
    fn webhook(&self, run: &RunRow, id: String, now: i64) -> Option<NewWebhook> {
        let url = run.webhook_callback.clone()?;
        let expires_at = now + link::SECONDS;
        let payload = WebhookPayload {
            workflow_id: run.workflow_id.clone(),
            message_id: run.id.clone(),
            status: run.status.webhook(),
            expires_at,
            end: self.end(run, expires_at),
        };
        Some(NewWebhook {
            id,
            status: payload.status,
            url,
            body: serde_json::to_string(&payload).ok()?,
        })
    }

    /// A run as its callers see it. The live view is the server's to add.
    pub fn view(&self, run: &RunRow, now: i64) -> Run {
        let options = RunOptions::from_value(&run.options);
        let expires_at = now + link::SECONDS;
        let success = run
            .status
            .is_final()
            .then_some(run.status == RunStatus::Completed);
        Run {
            workflow_id: run.workflow_id.clone(),
            message_id: run.id.clone(),
            status: run.status.webhook(),
            run_status: run.status,
            expires_at,
            success,
            result: run.result.clone(),
            assets: self.assets(run, expires_at),
            error: run.error.clone(),
            error_type: run.error_type.clone(),
            workflow_version: run.workflow_version,
            workflow_name: run.workflow_name.clone(),
            attempt: run.attempt,
            workflow_params: run.params.clone(),
            webhook_callback: run.webhook_callback.clone(),
            desktop_id: run.desktop_id.clone(),
            live_view_url: None,
            model: options.model,
            concurrency_key: run.concurrency_key.clone(),
            timeout_seconds: options.timeout_seconds,
            queue_timeout_seconds: options.queue_timeout_seconds,
            cancel_requested: run.cancel_requested,
            steps: run.steps,
            input_tokens: run.input_tokens,
            output_tokens: run.output_tokens,
            cost_usd: run.cost_usd,
            created_at: seconds(run.created_ms),
            started_at: run.started_ms.map(seconds),
            finished_at: run.finished_ms.map(seconds),
        }
    }

    fn end(&self, run: &RunRow, expires_at: i64) -> Option<WebhookEnd> {
        if !run.status.is_final() {
            return None;
        }
        let assets = self.assets(run, expires_at);
        Some(match run.status {
            RunStatus::Completed => WebhookEnd::Success {
                success: true,
                result: run.result.clone().unwrap_or_else(|| json!({})),
                assets,
            },
            _ => WebhookEnd::Failed {
                success: false,
                error: run.error.clone().unwrap_or_default(),
                error_type: run.error_type.clone().unwrap_or_default(),
                assets,
            },
        })
    }

    fn assets(&self, run: &RunRow, expires_at: i64) -> Option<String> {
        run.assets_bytes
            .map(|_| link::assets(&self.key, &self.base_url, &run.id, expires_at))
    }
}

/// Unix milliseconds as Unix seconds with a fraction.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit for 280 000 years"
)]
pub(crate) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

/// A value without what is too long for a list of steps.
pub(crate) fn shortened(value: &Value) -> Value {
    const LONGEST: usize = 2000;
    let text = value.to_string();
    if text.len() <= LONGEST {
        return value.clone();
    }
    json!({"shortened": text.chars().take(LONGEST).collect::<String>()})
}
