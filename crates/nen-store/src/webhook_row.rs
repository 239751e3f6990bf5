use nen_protocol::workflow::{WebhookDelivery, WebhookStatus};
use sqlx::any::AnyRow;

use crate::{StoreError, row};

/// A webhook that a change of a run owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWebhook {
    /// From `random_id("msg")`.
    pub id: String,
    /// What it says. A run has at most one `processing`, sent first, and one final one.
    pub status: WebhookStatus,
    /// Where it goes.
    pub url: String,
    /// Its JSON, sent as it is.
    pub body: String,
}

/// A stored webhook. Times are Unix milliseconds.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// `msg_…`.
    pub id: String,
    /// The run it is about.
    pub run_id: String,
    /// Whose secret signs it.
    pub workspace_id: String,
    /// Its order within the run.
    pub position: i64,
    /// What it says.
    pub status: WebhookStatus,
    /// Where it goes.
    pub url: String,
    /// Its JSON.
    pub body: String,
    /// Where it is on its way.
    pub delivery: WebhookDelivery,
    /// Attempts since it became pending; the next one's delay depends on it.
    pub retries: i64,
    /// When it is tried next, while it is pending.
    pub next_ms: i64,
    /// When it came to be.
    pub created_ms: i64,
}

/// One attempt to deliver a webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptRow {
    /// 1, 2, 3…
    pub number: i64,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// What the receiver answered.
    pub status_code: Option<u16>,
    /// Why it failed.
    pub error: Option<String>,
}

impl WebhookRow {
    pub(crate) fn from_row(found: &AnyRow) -> Result<Self, StoreError> {
        let delivery = row::text(found, "delivery")?;
        Ok(Self {
            id: row::text(found, "id")?,
            run_id: row::text(found, "run_id")?,
            workspace_id: row::text(found, "workspace_id")?,
            position: row::int(found, "position")?,
            status: match row::text(found, "status")?.as_str() {
                "processing" => WebhookStatus::Processing,
                "success" => WebhookStatus::Success,
                _ => WebhookStatus::Failed,
            },
            url: row::text(found, "url")?,
            body: row::text(found, "body")?,
            delivery: WebhookDelivery::of(&delivery).ok_or_else(|| StoreError::Corrupt {
                what: "webhooks.delivery",
                detail: delivery.clone(),
            })?,
            retries: row::int(found, "retries")?,
            next_ms: row::int(found, "next_ms")?,
            created_ms: row::int(found, "created_ms")?,
        })
    }
}

impl AttemptRow {
    pub(crate) fn from_row(found: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            number: row::int(found, "number")?,
            at_ms: row::int(found, "at_ms")?,
            duration_ms: row::float(found, "duration_ms")?,
            status_code: row::int_opt(found, "status_code")?
                .and_then(|code| u16::try_from(code).ok()),
            error: row::text_opt(found, "error")?,
        })
    }
}

/// The body holds a run's result and is not shown.
impl std::fmt::Debug for WebhookRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookRow")
            .field("id", &self.id)
            .field("run_id", &self.run_id)
            .field("status", &self.status)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}
