//! What a workspace's desktops and workflows may reach at most.

use nen_protocol::network::NetworkPolicy;
use serde_json::{Value, json};

use crate::{Settings, StoreError};

/// The setting that holds it, as JSON.
const NAME: &str = "network";

impl Settings<'_> {
    /// What the desktops and workflows of a workspace may reach at most; the internet unless something else was set.
    ///
    /// # Errors
    /// When the database fails, or holds what is no policy: nothing is guessed then.
    pub async fn network(self, workspace_id: &str) -> Result<NetworkPolicy, StoreError> {
        let Some(text) = self.get(Some(workspace_id), NAME).await? else {
            return Ok(NetworkPolicy::default());
        };
        serde_json::from_str(&text).map_err(|error| StoreError::Corrupt {
            what: "network of a workspace",
            detail: error.to_string(),
        })
    }

    /// Sets it for what is created from now on, and writes down that it was set. None: the internet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_network(
        self,
        workspace_id: &str,
        widest: Option<&NetworkPolicy>,
    ) -> Result<(), StoreError> {
        let value = widest.map(|widest| json!(widest));
        let text = value.as_ref().map(Value::to_string);
        let detail = json!({"network": value});
        self.change(workspace_id, NAME, text.as_deref(), "network.set", detail)
            .await
    }
}
