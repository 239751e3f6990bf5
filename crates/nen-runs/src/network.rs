//! What the desktops and workflows of a workspace may reach.

use nen_protocol::network::{Denied, NetworkPolicy, WorkspaceNetwork};
use nen_protocol::workflow::Network;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use crate::log::RunLog;
use crate::sandbox::Reports;
use crate::{Runs, RunsError};

/// Longest line of a report; a name has 253 characters at most.
const LONGEST: u64 = 2048;

impl Runs {
    /// What the desktops and workflows of a workspace may reach at most.
    ///
    /// # Errors
    /// `Store`.
    pub async fn network(&self, workspace: &str) -> Result<WorkspaceNetwork, RunsError> {
        let network = self.0.store.settings().network(workspace).await?;
        Ok(WorkspaceNetwork { network })
    }

    /// Sets it for desktops and runs that begin from now on. None: the internet.
    ///
    /// # Errors
    /// `Store`.
    pub async fn set_network(
        &self,
        workspace: &str,
        widest: Option<NetworkPolicy>,
    ) -> Result<WorkspaceNetwork, RunsError> {
        let store = self.store();
        let settings = store.settings();
        settings.set_network(workspace, widest.as_ref()).await?;
        self.network(workspace).await
    }
}

/// What a workflow gets that declares this, in a workspace that may reach that; or why it cannot run there.
pub(crate) fn granted(declared: Network, widest: NetworkPolicy) -> Result<NetworkPolicy, String> {
    match (declared, widest) {
        (Network::None, _) => Ok(NetworkPolicy::None),
        (Network::Internet, NetworkPolicy::None) => Err(
            "the workflow declares a network (__nen_network__), and its workspace may have none: an admin allows one by \
             PUT /settings/network"
                .to_owned(),
        ),
        (Network::Internet, widest) => Ok(widest),
    }
}

/// Puts into a run's log what its sandbox tried and was denied, until nobody reports any more.
pub(crate) async fn follow_denied(log: RunLog, reports: Reports) {
    let mut reports = BufReader::new(reports);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = (&mut reports).take(LONGEST);
        if !matches!(bounded.read_until(b'\n', &mut line).await, Ok(1..)) {
            return;
        }
        if let Ok(denied) = serde_json::from_slice::<Denied>(&line) {
            log.say(&denied.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_gets_no_more_than_its_workspace() {
        let listed: NetworkPolicy = serde_json::from_str(r#"{"allow": ["example.com"]}"#).unwrap();
        for widest in [NetworkPolicy::Internet, NetworkPolicy::None, listed.clone()] {
            assert_eq!(granted(Network::None, widest), Ok(NetworkPolicy::None));
        }
        assert_eq!(granted(Network::Internet, listed.clone()), Ok(listed));
        let refused = granted(Network::Internet, NetworkPolicy::None).unwrap_err();
        assert!(refused.contains("PUT /settings/network"), "{refused}");
    }
}
