use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StepStatus {
    /// Not yet.
    Running,
    /// It was done.
    Ok,
    /// It was refused or failed.
    Error,
}

/// What a model read, wrote and cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepUsage {
    /// Tokens read, those from the provider's cache among them.
    pub input_tokens: i64,
    /// Of those, tokens from the provider's cache.
    pub cached_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
    /// US dollars; absent when the model's price is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
}

/// One question to a model, and what was done with its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelCall {
    /// 1, 2, 3… within the step.
    pub number: u32,
    /// The model's name.
    pub model: String,
    /// How long it took to answer, in milliseconds, retries included.
    pub latency_ms: f64,
    /// Times it was asked, 1 without retries.
    pub attempts: u32,
    /// What it read, wrote and cost.
    #[serde(flatten)]
    pub usage: StepUsage,
    /// What it said beside its calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The actions it asked for, each with its `output` or `error`; typed text is replaced by its length.
    #[schema(value_type = Vec<Object>)]
    pub actions: Vec<Value>,
    /// Path of the picture that it was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot_before: Option<String>,
    /// Path of the picture after its actions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot_after: Option<String>,
}

/// One call of the SDK.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// 1, 2, 3… within the run.
    pub number: i64,
    /// `computer.click_at`, `agent.execute`, `drive.list`…
    pub call: String,
    /// Its arguments; typed text is replaced by its length, secrets by their names.
    #[schema(value_type = Object)]
    pub args: Value,
    /// How it ended.
    pub status: StepStatus,
    /// What it answered, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Unix seconds with a fraction.
    pub started_at: f64,
    /// How long it took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Path of the screenshot after it: `/runs/{id}/screenshots/{name}`, with the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<String>,
    /// The questions to models it took, for calls of the agent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model_calls: Vec<ModelCall>,
}

/// Answer of `GET /runs/{id}/steps`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepList {
    /// Oldest first.
    pub steps: Vec<Step>,
}
