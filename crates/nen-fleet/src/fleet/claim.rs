//! Creating a desktop from the warm pool.

use std::sync::Arc;
use std::time::Duration;

use nen_protocol::desktop::CreateDesktop;
use nen_protocol::network::NetworkPolicy;
use nen_protocol::tracing::TARGET;
use nen_store::{DesktopRow, Provisioning};
use tracing::Instrument as _;

use super::controller::Controller;
use super::pool::Member;
use super::{Fleet, guarded};
use crate::FleetError;

/// How long a desktop of the pool may take to answer; a few milliseconds are usual.
const DEADLINE: Duration = Duration::from_secs(1);

/// Whether a desktop of the pool can become what is asked for.
///
/// Screen and network are made at the start. So is the environment: the task bar runs already, and what a person starts
/// from it inherits its environment and not what the controller learns at the claim. Tools and start page are told to the
/// controller at the claim; everything else is the fleet's own.
pub(super) fn fits(create: &CreateDesktop) -> bool {
    let usual = CreateDesktop::default();
    create.desktop_type == usual.desktop_type
        && create.display == usual.display
        && matches!(create.network, None | Some(NetworkPolicy::Internet))
        && create.env.is_empty()
}

impl Fleet {
    /// Makes the desktop whose id the row has the caller's, or the next one that answers. `None`: none did, and the row
    /// has the id of a desktop that is still to be started.
    ///
    /// The row says `creating` all the while and the driver's note that the desktop is nobody's goes last, so a server
    /// that is killed here leaves nothing that the next one does not remove.
    pub(super) async fn claim(
        &self,
        mut row: DesktopRow,
        mut member: Option<Member>,
        create: &CreateDesktop,
    ) -> Result<(DesktopRow, Option<Member>), FleetError> {
        while let Some(chosen) = member {
            let Err(error) = guarded(self.hand_over(&chosen, create)).await else {
                return Ok((row, Some(chosen)));
            };
            tracing::warn!(desktop = chosen.id, error = %error, "A desktop of the warm pool could not be claimed");
            member = self.0.pool.take();
            let renamed = self.rename_row(&row.id, member.as_ref()).await;
            self.discard(chosen);
            row = match renamed {
                Ok(row) => row,
                Err(error) => {
                    self.put_back(member);
                    self.0.store.desktops().remove(&row.id).await?;
                    return Err(error);
                }
            };
        }
        Ok((row, None))
    }

    async fn hand_over(&self, member: &Member, create: &CreateDesktop) -> Result<(), FleetError> {
        let span = tracing::info_span!(target: TARGET, "claim", nen.desktop_id = member.id);
        Controller::new(Arc::clone(&member.dial))
            .claim(create, DEADLINE)
            .instrument(span)
            .await?;
        Ok(self.0.driver.claim(&member.id).await?)
    }

    /// Keeps the caller's place for another desktop: one of the pool, or one that is to be started.
    async fn rename_row(
        &self,
        id: &str,
        member: Option<&Member>,
    ) -> Result<DesktopRow, FleetError> {
        let (new_id, provisioning) = match member {
            Some(member) => (member.id.clone(), Provisioning::Warm),
            None => (nen_store::random_id("dsk")?, Provisioning::Cold),
        };
        self.0
            .store
            .desktops()
            .change_id(id, &new_id, provisioning)
            .await?
            .ok_or(FleetError::NotFound)
    }

    /// One that was taken and is not needed waits again.
    pub(super) fn put_back(&self, member: Option<Member>) {
        if let Some(Err(member)) = member.map(|member| self.0.pool.put_back(member)) {
            self.discard(member);
        }
    }
}

#[cfg(test)]
mod tests {
    use nen_protocol::desktop::OnIdle;

    use super::*;

    #[test]
    fn what_is_settled_at_the_start_does_not_fit() {
        let usual = CreateDesktop::default;
        assert!(fits(&usual()));
        assert!(fits(&CreateDesktop {
            name: Some("books".into()),
            tools: vec!["bash".into(), "windows".into()],
            timeout_seconds: Some(60),
            idle_timeout_seconds: 0,
            on_idle: OnIdle::Delete,
            metadata: [("team".into(), "blue".into())].into(),
            start_url: Some("https://example.com".into()),
            ..usual()
        }));
        let mut wide = usual();
        wide.display.width += 1;
        let shut = CreateDesktop {
            network: Some(NetworkPolicy::None),
            ..usual()
        };
        let listed = CreateDesktop {
            network: serde_json::from_str(r#"{"allow": ["example.com"]}"#).unwrap(),
            ..usual()
        };
        let with_env = CreateDesktop {
            env: [("LANG".into(), "de_DE.UTF-8".into())].into(),
            ..usual()
        };
        assert!(
            [wide, shut, listed, with_env]
                .iter()
                .all(|create| !fits(create))
        );
    }
}
