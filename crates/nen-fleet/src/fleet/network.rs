//! What a new desktop may reach.

use nen_protocol::network::NetworkPolicy;

use super::Fleet;
use crate::FleetError;

impl Fleet {
    /// What a desktop of the workspace gets that asks for this: exactly that, when the workspace may have it. One that asks
    /// for nothing gets what the workspace may have.
    pub(super) async fn network_for(
        &self,
        workspace: &str,
        wanted: Option<NetworkPolicy>,
    ) -> Result<NetworkPolicy, FleetError> {
        let widest = self.0.store.settings().network(workspace).await?;
        let Some(wanted) = wanted else {
            return Ok(widest);
        };
        match widest.beyond(&wanted) {
            None => Ok(wanted),
            Some(why) => Err(FleetError::NotAllowed(format!("network: {why}"))),
        }
    }
}
