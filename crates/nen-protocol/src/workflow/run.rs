use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::WebhookStatus;

/// Where a run is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// Accepted, not begun.
    Queued,
    /// Being executed.
    Running,
    /// Ended with a result.
    Completed,
    /// Ended with an error.
    Failed,
    /// Ended because it took or waited too long.
    Timeout,
    /// Ended because somebody asked for it.
    Cancelled,
}

impl RunStatus {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Completed,
        Self::Failed,
        Self::Timeout,
        Self::Cancelled,
    ];

    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether nothing changes any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// What a webhook says about it.
    #[must_use]
    pub const fn webhook(self) -> WebhookStatus {
        match self {
            Self::Queued | Self::Running => WebhookStatus::Processing,
            Self::Completed => WebhookStatus::Success,
            Self::Failed | Self::Timeout | Self::Cancelled => WebhookStatus::Failed,
        }
    }
}

/// A run: the payload of its final webhook, and what else is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// The workflow's id.
    pub workflow_id: String,
    /// The run's own id.
    pub message_id: String,
    /// As webhooks say it.
    pub status: WebhookStatus,
    /// Exactly where it is.
    pub run_status: RunStatus,
    /// Unix seconds at which the link in `assets` ends; a new one is made by every `GET /runs/{id}`.
    pub expires_at: i64,
    /// Whether it ended well; absent before its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// What `run` returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    /// Link to `assets.zip`, the files it left in `/artifacts`; null when there are none.
    pub assets: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Class of the exception, or `Timeout`, `Cancelled`, `WorkerLost`, `SandboxError`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    /// The version that was current when it was accepted.
    pub workflow_version: i64,
    /// The workflow's name.
    pub workflow_name: String,
    /// 1, and more when a worker was lost before the run had touched a desktop.
    pub attempt: i64,
    /// Its parameters; secrets are not among them.
    #[schema(value_type = Object)]
    pub workflow_params: Value,
    /// Where its webhooks go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_callback: Option<String>,
    /// The desktop it uses or used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desktop_id: Option<String>,
    /// A page that shows it live; while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_view_url: Option<String>,
    /// The model for `Agent()` where the workflow names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Runs with the same key go one at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency_key: Option<String>,
    /// Seconds it may take.
    pub timeout_seconds: u64,
    /// Seconds it may wait.
    pub queue_timeout_seconds: u64,
    /// Whether its end was asked for.
    pub cancel_requested: bool,
    /// Calls of the SDK so far.
    pub steps: i64,
    /// Tokens that models read, so far.
    pub input_tokens: i64,
    /// Tokens that models wrote, so far.
    pub output_tokens: i64,
    /// US dollars of its model calls so far, as far as prices are known.
    pub cost_usd: f64,
    /// When it was accepted, Unix seconds with a fraction, like all times here.
    pub created_at: f64,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<f64>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<f64>,
}

/// Answer of `GET /runs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunList {
    /// Newest first.
    pub runs: Vec<Run>,
    /// For `?cursor=`, when there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
