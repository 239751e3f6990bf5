use nen_protocol::desktop::CreateDesktop;
use nen_protocol::workflow::StartRun;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a run was started with, besides what has a column of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunOptions {
    pub timeout_seconds: u64,
    pub queue_timeout_seconds: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desktop_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desktop: Option<CreateDesktop>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_cost_usd: Option<f64>,
}

impl RunOptions {
    pub fn of(start: &StartRun) -> Self {
        Self {
            timeout_seconds: start.timeout_seconds,
            queue_timeout_seconds: start.queue_timeout_seconds,
            desktop_id: start.desktop_id.clone(),
            desktop: start.desktop.clone(),
            model: start.model.clone(),
            max_cost_usd: start.max_cost_usd,
        }
    }

    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// Options of another version that cannot be read mean the defaults.
    pub fn from_value(value: &Value) -> Self {
        serde_json::from_value(value.clone()).unwrap_or(Self {
            timeout_seconds: nen_protocol::workflow::DEFAULT_TIMEOUT_SECONDS,
            queue_timeout_seconds: nen_protocol::workflow::DEFAULT_QUEUE_TIMEOUT_SECONDS,
            desktop_id: None,
            desktop: None,
            model: None,
            max_cost_usd: None,
        })
    }
}
