//! The process outside that decides which names a sandbox may reach.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use nen_protocol::network::AllowList;
use serde::{Deserialize, Serialize};

use super::carrier::hear_ready;
use crate::stage::{Argument, Spec, Stage, StageFailure, doing};

/// Descriptors that a guard is handed: those of [`super::doors`], the end of the sandbox, where it reports, and where it
/// says that it is ready.
pub const DOORS: usize = 7;

/// Most files that it may have open: each question that it asks for the sandbox is one.
const OPEN_FILES: u64 = 256;

/// What a guard is told in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// What may be reached.
    pub allow: AllowList,
    /// The machine's own addresses, which no name may lead to.
    pub own: Vec<Ipv4Addr>,
}

/// What a stage becomes to guard a sandbox's network. It is started as the sandbox's user, who owns its namespaces and so
/// may change its sets. `nen` is the program, `orders` its file.
pub fn guard(nen: &Path, orders: &Path) -> Spec {
    let mut arguments: Vec<Argument> =
        vec!["egress".into(), orders.to_string_lossy().as_ref().into()];
    arguments.extend((0..DOORS).map(Argument::Descriptor));
    Spec {
        open_files: Some(OPEN_FILES),
        program: nen.to_string_lossy().into_owned(),
        arguments,
        ..Spec::default()
    }
}

/// A guard whose stage has been started.
#[derive(Debug)]
pub struct Guard {
    /// The stage's socket.
    pub socket: UnixStream,
    /// Where it writes its reports, a line of JSON each.
    pub reports: OwnedFd,
}

impl Guard {
    /// Hands it its descriptors and waits until it guards. It ends when nobody has the other side of `exit` any more.
    pub(super) async fn stands(self, doors: &[OwnedFd], exit: OwnedFd) -> Result<(), StageFailure> {
        let (ready, ready_write) = io::pipe().map_err(doing("make a pipe"))?;
        let mut descriptors: Vec<_> = doors.iter().map(|door| door.as_fd()).collect();
        descriptors.extend([exit.as_fd(), self.reports.as_fd(), ready_write.as_fd()]);
        let mut stage = Stage::send(self.socket, &descriptors)?;
        drop((exit, ready_write));
        hear_ready(ready, &mut stage).await
    }
}
