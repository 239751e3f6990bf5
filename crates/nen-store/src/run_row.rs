use nen_protocol::workflow::RunStatus;
use serde_json::Value;
use sqlx::any::AnyRow;

use crate::{StoreError, row};

/// A run to be stored with status `queued`.
#[derive(Clone)]
pub struct NewRun {
    /// A UUID.
    pub id: String,
    /// Its owner.
    pub workspace_id: String,
    /// What it runs.
    pub workflow_id: String,
    /// Which version of that.
    pub workflow_version: i64,
    /// Its parameters.
    pub params: Value,
    /// Its secrets, sealed.
    pub secrets: Option<String>,
    /// What else it was started with; the store does not look inside.
    pub options: Value,
    /// Where its webhooks go.
    pub webhook_callback: Option<String>,
    /// Runs with the same one go one at a time within a workspace.
    pub concurrency_key: Option<String>,
    /// Name of the key that started it.
    pub actor: String,
    /// Unix milliseconds until which it may wait.
    pub queued_until_ms: i64,
}

/// A stored run. Times are Unix milliseconds.
#[derive(Clone, PartialEq)]
pub struct RunRow {
    /// A UUID.
    pub id: String,
    /// Grows with the time of acceptance.
    pub number: i64,
    /// Its owner.
    pub workspace_id: String,
    /// What it runs.
    pub workflow_id: String,
    /// Which version of that.
    pub workflow_version: i64,
    /// The workflow's name now.
    pub workflow_name: String,
    /// Where it is in its life.
    pub status: RunStatus,
    /// Its parameters.
    pub params: Value,
    /// Its secrets, sealed; none once it has ended.
    pub secrets: Option<String>,
    /// What else it was started with.
    pub options: Value,
    /// Where its webhooks go.
    pub webhook_callback: Option<String>,
    /// Runs with the same one go one at a time.
    pub concurrency_key: Option<String>,
    /// Name of the key that started it.
    pub actor: String,
    /// How often it was begun.
    pub attempt: i64,
    /// Who executes it.
    pub worker: Option<String>,
    /// Until when that is believed without a sign of life.
    pub lease_until_ms: Option<i64>,
    /// Until when it may wait.
    pub queued_until_ms: i64,
    /// Whether its end was asked for.
    pub cancel_requested: bool,
    /// The desktop it uses or used.
    pub desktop_id: Option<String>,
    /// Whether it has acted on a desktop: from then on it cannot be begun again.
    pub touched: bool,
    /// Calls of the SDK so far.
    pub steps: i64,
    /// Tokens that models read.
    pub input_tokens: i64,
    /// Tokens that models wrote.
    pub output_tokens: i64,
    /// US dollars of its model calls.
    pub cost_usd: f64,
    /// What it returned.
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// What kind of failure that was.
    pub error_type: Option<String>,
    /// Size of its `assets.zip`; none without files.
    pub assets_bytes: Option<i64>,
    /// The request that started it.
    pub request_id: Option<String>,
    /// The trace that request is a part of, as the header `traceparent` says it.
    pub traceparent: Option<String>,
    /// When it was accepted.
    pub created_ms: i64,
    /// When it was first begun.
    pub started_ms: Option<i64>,
    /// When it ended.
    pub finished_ms: Option<i64>,
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq)]
pub struct RunEnd {
    /// A final status.
    pub status: RunStatus,
    /// What it returned.
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// What kind of failure that was.
    pub error_type: Option<String>,
    /// Size of its `assets.zip`; none without files.
    pub assets_bytes: Option<i64>,
}

impl RunEnd {
    /// An end with an error and no files.
    pub fn error(
        status: RunStatus,
        error_type: impl Into<String>,
        error: impl Into<String>,
    ) -> Self {
        Self {
            status,
            result: None,
            error: Some(error.into()),
            error_type: Some(error_type.into()),
            assets_bytes: None,
        }
    }
}

impl RunRow {
    pub(crate) fn from_row(found: &AnyRow) -> Result<Self, StoreError> {
        let status = row::text(found, "status")?;
        let parse = |column: &str, what| -> Result<Option<Value>, StoreError> {
            row::text_opt(found, column)?
                .map(|text| row::parse_json(&text, what))
                .transpose()
        };
        Ok(Self {
            id: row::text(found, "id")?,
            number: row::int(found, "number")?,
            workspace_id: row::text(found, "workspace_id")?,
            workflow_id: row::text(found, "workflow_id")?,
            workflow_version: row::int(found, "workflow_version")?,
            workflow_name: row::text(found, "workflow_name")?,
            status: RunStatus::of(&status).ok_or_else(|| StoreError::Corrupt {
                what: "runs.status",
                detail: status.clone(),
            })?,
            params: row::json(found, "params", "runs.params")?,
            secrets: row::text_opt(found, "secrets")?,
            options: row::json(found, "options", "runs.options")?,
            webhook_callback: row::text_opt(found, "webhook_callback")?,
            concurrency_key: row::text_opt(found, "concurrency_key")?,
            actor: row::text(found, "actor")?,
            attempt: row::int(found, "attempt")?,
            worker: row::text_opt(found, "worker")?,
            lease_until_ms: row::int_opt(found, "lease_until_ms")?,
            queued_until_ms: row::int(found, "queued_until_ms")?,
            cancel_requested: row::flag(found, "cancel_requested")?,
            desktop_id: row::text_opt(found, "desktop_id")?,
            touched: row::flag(found, "touched")?,
            steps: row::int(found, "steps")?,
            input_tokens: row::int(found, "input_tokens")?,
            output_tokens: row::int(found, "output_tokens")?,
            cost_usd: row::float(found, "cost_usd")?,
            result: parse("result", "runs.result")?,
            error: row::text_opt(found, "error")?,
            error_type: row::text_opt(found, "error_type")?,
            assets_bytes: row::int_opt(found, "assets_bytes")?,
            request_id: row::text_opt(found, "request_id")?,
            traceparent: row::text_opt(found, "traceparent")?,
            created_ms: row::int(found, "created_ms")?,
            started_ms: row::int_opt(found, "started_ms")?,
            finished_ms: row::int_opt(found, "finished_ms")?,
        })
    }
}

/// Neither parameters nor secrets are shown.
impl std::fmt::Debug for RunRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunRow")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// Neither parameters nor secrets are shown.
impl std::fmt::Debug for NewRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewRun")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
