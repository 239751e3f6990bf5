use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::network::NetworkPolicy;

/// What may be shown of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecretHint {
    /// Its last four characters.
    #[schema(example = "…x9Qa")]
    pub hint: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds until which the one before is valid, too; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_valid_until: Option<i64>,
}

/// Answer of `GET /settings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkspaceSettings {
    /// The workspace.
    pub workspace_id: String,
    /// Signs webhooks that go out.
    pub webhook_secret: SecretHint,
    /// Signs requests that come in with secrets.
    pub signing_secret: SecretHint,
    /// What models may cost.
    pub budget: ModelBudget,
    /// What its desktops and workflows may reach at most.
    #[serde(default)]
    #[schema(required = true)]
    pub network: NetworkPolicy,
}

/// Answer of a rotation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewSecret {
    /// The new secret, shown this once. `whsec_…` for webhooks.
    pub secret: String,
    /// Unix seconds until which the one before is valid, too.
    pub previous_valid_until: i64,
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSecret").finish_non_exhaustive()
    }
}

/// What the models of a workspace may cost in a calendar month (UTC), and what they have cost in this one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelBudget {
    /// US dollars in a month; null for no limit.
    #[schema(required = true, example = 50.0)]
    pub max_cost_usd: Option<f64>,
    /// US dollars spent in this month, as far as prices are known.
    #[schema(example = 12.34)]
    pub spent_usd: f64,
    /// Unix seconds of the month's first moment.
    #[schema(example = 1_793_491_200)]
    pub period_start: i64,
    /// Unix seconds of the next month's first moment, when spending begins anew.
    #[schema(example = 1_796_083_200)]
    pub period_end: i64,
}

/// Body of `PUT /settings/budget`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetModelBudget {
    /// US dollars in a calendar month; null, or nothing, takes the limit away.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000, example = 50.0)]
    pub max_cost_usd: Option<f64>,
}

/// Answer of `GET /settings/model-use`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelUse {
    /// One for each day (UTC) and model that was used on it, in this order.
    pub days: Vec<ModelUseDay>,
}

/// What one model was used for on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelUseDay {
    /// The day, UTC.
    #[schema(example = "2026-11-26")]
    pub day: String,
    /// Name of the model as it was asked for.
    #[schema(example = "claude-sonnet-4-6")]
    pub model: String,
    /// Calls that were answered.
    pub calls: i64,
    /// Tokens read afresh.
    pub input_tokens: i64,
    /// Tokens read from the provider's cache.
    pub cached_input_tokens: i64,
    /// Tokens written into the provider's cache.
    pub cache_write_tokens: i64,
    /// Tokens written by the model.
    pub output_tokens: i64,
    /// US dollars of the calls whose price was known; null when no price was.
    #[schema(required = true)]
    pub cost_usd: Option<f64>,
}
