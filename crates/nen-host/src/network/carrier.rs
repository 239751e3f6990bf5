//! The process outside that carries a sandbox's packets.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;

use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;

use super::Guard;
use crate::stage::{Argument, Spec, Stage, StageFailure, doing};

/// Places of the descriptors that [`come_up`] hands over.
const READY: usize = 0;
const EXIT: usize = 1;

/// Most files that it may have open: each connection of the sandbox is one.
const OPEN_FILES: u64 = 4096;

/// What a stage becomes to carry the packets of the namespaces that process `target` is in. `host_loopback` lets the
/// sandbox reach the host's loopback as [`HOST`](super::HOST); its rules decide about the ports. `user` it becomes after
/// the preparations that need root.
pub fn carrier(target: i32, host_loopback: bool, user: Option<u32>) -> Spec {
    let mut arguments: Vec<Argument> = ["--configure", "--mtu=65520", "--enable-seccomp"]
        .map(Into::into)
        .into();
    if !host_loopback {
        arguments.push("--disable-host-loopback".into());
    }
    arguments.extend([
        "--ready-fd".into(),
        Argument::Descriptor(READY),
        "--exit-fd".into(),
        Argument::Descriptor(EXIT),
        format!("--userns-path=/proc/{target}/ns/user").into(),
        "--netns-type=path".into(),
        format!("/proc/{target}/ns/net").into(),
        "tap0".into(),
    ]);
    Spec {
        open_files: Some(OPEN_FILES),
        tunnel_for: user,
        program: "slirp4netns".to_owned(),
        arguments,
        ..Spec::default()
    }
}

/// Brings up the network of a stage whose namespaces exist, and lets it become its program. `carrier` is the socket of the
/// stage that was started with [`carrier`] for it, `guard` is there when the stage's rules are guarded. Both processes end
/// when nobody has the other side of `exit` open any more.
///
/// # Errors
/// `Network` when one of them did not start, and what the sandbox's own stage may say.
pub async fn come_up(
    stage: &mut Stage,
    carrier: UnixStream,
    exit: OwnedFd,
    guard: Option<Guard>,
) -> Result<(), StageFailure> {
    match guard {
        None => {
            tokio::try_join!(carries(carrier, exit), stage.prepared())?;
        }
        Some(guard) => {
            let of_guard = exit.try_clone().map_err(doing("copy a pipe"))?;
            let guards = async {
                let doors = stage.prepared().await?;
                guard.stands(&doors, of_guard).await
            };
            tokio::try_join!(carries(carrier, exit), guards)?;
        }
    }
    stage.go_on().await
}

async fn carries(socket: UnixStream, exit: OwnedFd) -> Result<(), StageFailure> {
    let (ready, ready_write) = io::pipe().map_err(doing("make a pipe"))?;
    let mut stage = Stage::send(socket, &[ready_write.as_fd(), exit.as_fd()])?;
    drop((ready_write, exit));
    hear_ready(ready, &mut stage).await
}

/// Waits until the program of a stage says that it is ready.
pub(super) async fn hear_ready(
    ready: io::PipeReader,
    stage: &mut Stage,
) -> Result<(), StageFailure> {
    let mut ready =
        pipe::Receiver::from_owned_fd(ready.into()).map_err(doing("listen to a pipe"))?;
    match ready.read_u8().await {
        Ok(_) => Ok(()),
        Err(_) => Err(StageFailure::Network(stage.last_words().await)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_loopback_is_shut_unless_asked_for() {
        let shut = Argument::from("--disable-host-loopback");
        assert!(carrier(42, false, None).arguments.contains(&shut));
        let open = carrier(42, true, Some(210_000));
        assert!(!open.arguments.contains(&shut));
        assert!(open.arguments.contains(&"/proc/42/ns/net".into()));
        assert_eq!(open.tunnel_for, Some(210_000));
    }
}
