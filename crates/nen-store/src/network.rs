//! What a workspace's desktops and workflows may reach at most.

use nen_protocol::network::NetworkPolicy;

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

    /// Sets it for what is created from now on. None: the internet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_network(
        self,
        workspace_id: &str,
        widest: Option<&NetworkPolicy>,
    ) -> Result<(), StoreError> {
        match widest {
            Some(widest) => {
                let text = serde_json::to_string(widest).unwrap_or_default();
                self.set(Some(workspace_id), NAME, &text).await
            }
            None => self.delete(Some(workspace_id), NAME).await.map(drop),
        }
    }
}
