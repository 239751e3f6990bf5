//! What works for a desktop's network outside of it.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

use nen_host::network::{self, Orders, Plan};
use nen_host::stage::Stage;
use nen_host::{Process, stage};
use nen_protocol::network::NetworkPolicy;

use super::folder::{Folder, NETWORK_LOG, Record};
use super::report::{enter, stage_failed};
use super::{doing, guard};
use crate::{DesktopSpec, DriverError};

/// The network that a desktop asks for. Without a word about it, it gets the internet.
pub(crate) fn plan(spec: &DesktopSpec, host_ports: &[u16]) -> Result<Option<Plan>, DriverError> {
    let usual = NetworkPolicy::default();
    let policy = spec.create.network.as_ref().unwrap_or(&usual);
    network::plan(policy, host_ports).map_err(doing("learn the machine's own addresses"))
}

/// Who starts the processes outside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outside<'a> {
    pub nen: &'a Path,
    pub folder: &'a Folder,
    /// Whose the desktop's namespaces are.
    pub user: Option<u32>,
    /// It reaches the host's loopback.
    pub host_loopback: bool,
}

impl Outside<'_> {
    /// Brings up the network of `stage`, whose namespaces process `target` is in. What is started for it stands in the record
    /// at any time, and ends with `life`.
    pub async fn come_up(
        &self,
        record: &mut Record,
        stage: &mut Stage,
        target: i32,
        orders: Option<&Orders>,
        life: OwnedFd,
    ) -> Result<(), DriverError> {
        let failed = |failure| stage_failed(self.folder, failure);
        stage.unshared().await.map_err(failed)?;
        let (carrier, carries) = self.carrier(target)?;
        record.network = Some(carries.id());
        enter(self.folder, record, &carries)?;
        let mut guard = None;
        if let Some(orders) = orders {
            let (started, guards) = guard::start(self.nen, self.folder, self.user, orders)?;
            record.guard = Some(guards.id());
            enter(self.folder, record, &guards)?;
            guard = Some(started);
        }
        network::come_up(stage, carrier, life, guard)
            .await
            .map_err(failed)
    }

    /// Starts what carries the packets of the namespaces that process `target` is in.
    fn carrier(&self, target: i32) -> Result<(UnixStream, Process), DriverError> {
        let carrier = network::carrier(target, self.host_loopback, self.user);
        let text = serde_json::to_vec(&carrier).map_err(io::Error::from);
        let spec = text
            .and_then(|text| self.folder.write("network.json", &text, None))
            .map_err(doing("write the network's file"))?;
        let log = self
            .folder
            .open_log(NETWORK_LOG)
            .map_err(doing("open the network's log"))?;
        // As root when the server is: it drops to the desktop's user itself, once it has the tunnel device.
        let start = || stage::start(self.nen, &spec, None, log.try_clone()?, log.try_clone()?);
        start().map_err(doing("start a stage"))
    }
}
