//! The guard of a desktop's network, as far as it is in the desktop's folder: its orders, and the pipe of its reports.
//!
//! The pipe has a name, so that a server that comes after this one hears the same guard. The guard holds both of its ends:
//! what it reports while there is no server stays in it.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use nen_host::network::{self, Guard, Orders};
use nen_host::{Process, stage};
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, mknodat, openat};
use tokio::net::unix::pipe;

use super::folder::{Folder, GUARD_LOG};
use super::{doing, remove};
use crate::{BoxReader, DriverError};

const PIPE: &str = "denied.pipe";
const ORDERS: &str = "orders.json";
const SPEC: &str = "egress.json";

/// Starts the guard's stage as the desktop's user, who owns the namespaces that it works on. It waits for its descriptors.
pub(crate) fn start(
    nen: &Path,
    folder: &Folder,
    user: Option<u32>,
    orders: &Orders,
) -> Result<(Guard, Process), DriverError> {
    let write = |name: &str, text: serde_json::Result<Vec<u8>>| {
        let text = text.map_err(io::Error::from);
        text.and_then(|text| folder.write(name, &text, user))
            .map_err(doing("write the files of the network's guard"))
    };
    let orders = write(ORDERS, serde_json::to_vec(orders))?;
    let spec = write(SPEC, serde_json::to_vec(&network::guard(nen, &orders)))?;
    let reports = make_pipe(folder).map_err(doing("make the pipe of denied attempts"))?;
    let log = folder
        .open_log(GUARD_LOG)
        .map_err(doing("open the log of the network's guard"))?;
    let start = || stage::start(nen, &spec, user, log.try_clone()?, log.try_clone()?);
    let (socket, process) = start().map_err(doing("start the network's guard"))?;
    Ok((Guard { socket, reports }, process))
}

/// Makes the pipe anew.
fn make_pipe(folder: &Folder) -> io::Result<OwnedFd> {
    let path = folder.root.join(PIPE);
    remove::file(&path)?;
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(CWD, &path, flags, Mode::empty())?)
}

/// What a guard reports from now on, and what nobody has read yet. None: there is nothing to read from.
pub(crate) fn reports(folder: &Folder) -> Option<BoxReader> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(CWD, folder.root.join(PIPE), flags, Mode::empty()).ok()?;
    let found = fstat(&file).ok()?;
    if FileType::from_raw_mode(found.st_mode) != FileType::Fifo {
        return None;
    }
    let reader: BoxReader = Box::new(pipe::Receiver::from_owned_fd(file).ok()?);
    Some(reader)
}
