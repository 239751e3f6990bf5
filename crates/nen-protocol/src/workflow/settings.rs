use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkspaceSettings {
    /// The workspace.
    pub workspace_id: String,
    /// Signs webhooks that go out.
    pub webhook_secret: SecretHint,
    /// Signs requests that come in with secrets.
    pub signing_secret: SecretHint,
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
