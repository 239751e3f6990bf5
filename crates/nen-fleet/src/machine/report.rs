//! What is written down about a desktop that is being started, and what is heard from it.

use std::io;
use std::os::fd::OwnedFd;

use nen_host::Process;
use nen_host::stage::StageFailure;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;

use super::doing;
use super::folder::{DESKTOP_LOG, Folder, GUARD_LOG, NETWORK_LOG, Record};
use crate::DriverError;

/// Writes a process down that the record names, and puts it into the desktop's group, where that is ours, with what it
/// becomes. What works for a desktop outside of it is among them: how much that takes is up to the desktop.
pub(crate) fn enter(
    folder: &Folder,
    record: &Record,
    process: &Process,
) -> Result<(), DriverError> {
    write(folder, record)?;
    let Some(group) = &record.group else {
        return Ok(());
    };
    group
        .attach(process.id().pid)
        .map_err(doing("put the desktop into its cgroup"))
}

/// Writes down what there is of it.
pub(crate) fn write(folder: &Folder, record: &Record) -> Result<(), DriverError> {
    folder
        .write_record(record)
        .map_err(doing("write down the desktop's processes"))
}

/// A pipe to be told something by.
pub(crate) fn pair() -> Result<(io::PipeReader, io::PipeWriter), DriverError> {
    io::pipe().map_err(doing("make a pipe"))
}

/// Its end to listen at.
pub(crate) fn receiver(pipe: impl Into<OwnedFd>) -> Result<pipe::Receiver, DriverError> {
    pipe::Receiver::from_owned_fd(pipe.into()).map_err(doing("listen to a pipe"))
}

/// Lets a desktop's user open its end of a pipe by the name in `/proc`, too.
pub(crate) fn hand_to(pipe: &io::PipeWriter, user: u32) -> Result<(), DriverError> {
    let (uid, gid) = (
        rustix::fs::Uid::from_raw(user),
        rustix::fs::Gid::from_raw(user),
    );
    rustix::fs::fchown(pipe, Some(uid), Some(gid))
        .map_err(|error| doing("give the desktop its pipe")(error.into()))
}

/// Waits until the controller says that it answers.
pub(crate) async fn ready(folder: &Folder, pipe: io::PipeReader) -> Result<(), DriverError> {
    let mut pipe = receiver(pipe)?;
    let mut text = Vec::new();
    while !text.contains(&b'\n') && text.len() < 4096 {
        if !matches!(pipe.read_buf(&mut text).await, Ok(read) if read > 0) {
            break;
        }
    }
    match String::from_utf8_lossy(&text).trim() {
        "ready" => Ok(()),
        "" => Err(failed(folder, "its controller ended early")),
        said => Err(failed(folder, said)),
    }
}

/// Why a stage did not go on, in a driver's words.
pub(crate) fn stage_failed(folder: &Folder, failure: StageFailure) -> DriverError {
    match failure {
        StageFailure::Told(said) => DriverError::Start(said),
        StageFailure::Network(said) => DriverError::Start(format!(
            "its network did not come up: {said}{}{}",
            folder.log_tail(NETWORK_LOG),
            folder.log_tail(GUARD_LOG)
        )),
        StageFailure::Host { what, source } => doing(what)(source),
        other => failed(folder, &other.to_string()),
    }
}

/// What failed, with the end of the desktop's log.
pub(crate) fn failed(folder: &Folder, what: &str) -> DriverError {
    let tail = folder.log_tail(DESKTOP_LOG);
    DriverError::Start(if tail.is_empty() {
        what.to_owned()
    } else {
        format!("{what} (its log ends with: {tail})")
    })
}
