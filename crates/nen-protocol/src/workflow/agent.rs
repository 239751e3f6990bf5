use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Body of `POST /desktops/{id}/agent/execute`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentExecute {
    /// What to do, in words.
    pub instruction: String,
    /// Questions to the model at most; 10 when left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    pub max_iterations: Option<u32>,
    /// The model's name; the server's default when left out.
    #[serde(default)]
    pub model: Option<String>,
    /// US dollars that it may cost.
    #[serde(default)]
    pub max_cost_usd: Option<f64>,
}

/// Body of `POST /desktops/{id}/agent/verify`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentVerify {
    /// What should be true of the screen.
    pub condition: String,
    /// Seconds to wait for it; 10 when left out. 0 looks once.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1800)]
    pub timeout: Option<f64>,
    /// The model's name; the server's default when left out.
    #[serde(default)]
    pub model: Option<String>,
}

/// Body of `POST /desktops/{id}/agent/extract`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentExtract {
    /// What to read off the screen, in words.
    pub query: String,
    /// JSON Schema of the answer.
    #[schema(value_type = Object)]
    pub schema: Map<String, Value>,
    /// The model's name; the server's default when left out.
    #[serde(default)]
    pub model: Option<String>,
}

/// Answer of the three agent calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgentAnswer {
    /// `execute`: metadata (`iterations`, `summary`, …). `verify`: true or false. `extract`: the value.
    pub result: Value,
}
