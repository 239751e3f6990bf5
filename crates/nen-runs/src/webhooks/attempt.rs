use std::{sync::Arc, time::Duration};

use nen_store::{Attempt, Outcome, Store, WebhookRow};
use tokio::time::Instant;

use super::{
    Secrets, SecretsError,
    answer::Answer,
    delivery::{Delivery, DeliveryError},
    schedule::next_delay,
    sign::{SignError, sign},
};
use crate::WebhookMetrics;

/// Makes attempts, each from the stored webhook to what is to be noted about it.
pub(super) struct Attempts {
    pub store: Store,
    pub secrets: Arc<dyn Secrets>,
    pub delivery: Delivery,
    /// By which the delays between attempts are multiplied.
    pub delay_factor: f64,
    pub metrics: WebhookMetrics,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum AttemptError {
    #[error("the workspace's webhook secret cannot be read")]
    Secrets(#[source] SecretsError),
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
}

impl Attempts {
    /// Sends a webhook once.
    pub async fn make(&self, webhook: &WebhookRow) -> Attempt {
        let (at_ms, begun) = (self.store.now_ms(), Instant::now());
        let answer = self.send(webhook, at_ms.div_euclid(1000)).await;
        let (error, asked) = match &answer {
            Ok(answer) => (answer.error(), answer.retry_after),
            Err(error) => (Some(error.to_string()), None),
        };
        let outcome = match (&error, &answer) {
            (None, _) => Outcome::Delivered,
            (Some(_), Ok(answer)) if answer.is_gone() => Outcome::Failed,
            _ => self.after_failure(webhook.retries, asked),
        };
        if let Some(error) = &error {
            tracing::debug!(
                webhook = webhook.id,
                error,
                ?outcome,
                "Could not deliver a webhook"
            );
        }
        if outcome == Outcome::Failed {
            tracing::warn!(
                webhook = webhook.id,
                run = webhook.run_id,
                "Gave a webhook up"
            );
        }
        let attempt = Attempt {
            webhook_id: webhook.id.clone(),
            at_ms,
            duration_ms: begun.elapsed().as_secs_f64() * 1000.0,
            status_code: answer.ok().map(|answer| answer.status.as_u16()),
            error,
            outcome,
        };
        self.metrics.attempted(&attempt);
        attempt
    }

    /// An attempt that ended in a fault of the server's own.
    pub fn broken(&self, webhook_id: String, retries: i64) -> Attempt {
        Attempt {
            webhook_id,
            at_ms: self.store.now_ms(),
            duration_ms: 0.0,
            status_code: None,
            error: Some("the server failed while it was sending: see its log".to_owned()),
            outcome: self.after_failure(retries, None),
        }
    }

    async fn send(&self, webhook: &WebhookRow, timestamp: i64) -> Result<Answer, AttemptError> {
        let secrets = self.secrets.valid(&webhook.workspace_id).await;
        let secrets = secrets.map_err(|error| {
            tracing::warn!(workspace = webhook.workspace_id, %error, "Could not read a webhook secret");
            AttemptError::Secrets(error)
        })?;
        let headers = sign(&webhook.id, timestamp, webhook.body.as_bytes(), &secrets)?;
        let body = webhook.body.clone();
        Ok(self.delivery.post(&webhook.url, headers, body).await?)
    }

    fn after_failure(&self, retries: i64, asked: Option<Duration>) -> Outcome {
        let delay = next_delay(retries, asked, self.delay_factor, rand::random());
        match delay {
            Some(delay) => {
                let delay = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
                Outcome::Retry(self.store.now_ms().saturating_add(delay))
            }
            None => Outcome::Failed,
        }
    }
}
