//! The first process of a container: it gets ready what a container engine does not, starts the program, and takes those
//! whose parents are gone out of the process table. Its end is the end of all others in the container.

use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus};

use rustix::process::WaitOptions;
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::handshake;
use super::inside::{StageError, at, because, keep, limit, read, tell};
use super::spec::{Argument, Spec};
use crate::seccomp::{self, Confinement};

/// Places in the list that it is handed.
const LOG: usize = 0;
const LIFE: usize = 1;
const READY: usize = 2;

/// What it is handed.
#[derive(Debug, Clone, Copy)]
pub struct Descriptors<'a> {
    /// What it and the program print to.
    pub log: BorrowedFd<'a>,
    /// What it keeps open as long as it lives.
    pub life: BorrowedFd<'a>,
    /// What the program is told the number of, in `NEN_READY_FD`.
    pub ready: BorrowedFd<'a>,
}

impl<'a> Descriptors<'a> {
    /// As the list for [`Stage::send`](super::Stage::send).
    pub fn list(self) -> [BorrowedFd<'a>; 3] {
        let mut list = [self.log; 3];
        list[LIFE] = self.life;
        list[READY] = self.ready;
        list
    }
}

/// Connects to the server at `socket`, takes its descriptors, waits until it says that the network is up, starts the program
/// of `spec` in the confinement of a desktop, and answers how that ended. Must be called before any thread is started.
///
/// # Errors
/// When the program was not started; the server has been told.
pub fn run(socket: &Path, spec: &Path) -> Result<ExitStatus, StageError> {
    let socket =
        UnixStream::connect(socket).map_err(because(format!("connect to {}", socket.display())))?;
    start(&socket, spec).inspect_err(|error| tell(&socket, error))
}

fn start(socket: &UnixStream, spec: &Path) -> Result<ExitStatus, StageError> {
    let spec = read(spec)?;
    let descriptors = handshake::receive(socket).map_err(because("hear from the server"))?;
    let log = at(&descriptors, LOG)?;
    rustix::stdio::dup2_stdout(log)
        .and_then(|()| rustix::stdio::dup2_stderr(log))
        .map_err(|error| because("open the log")(error.into()))?;
    give_up_capabilities().map_err(because("give up capabilities"))?;
    limit(&spec)?;
    handshake::wait(socket).map_err(because("hear that the network is up"))?;
    // Last of all, and it holds for all that is started.
    seccomp::confine(Confinement::Desktop)
        .map_err(|error| because("confine the desktop")(io::Error::other(error)))?;
    let ready = keep(at(&descriptors, READY)?)?;
    let child = Command::new(&spec.program)
        .args(texts(&spec))
        .env("NEN_READY_FD", ready.to_string())
        .spawn()
        .map_err(because(format!("start {}", spec.program)))?;
    let mut descriptors = descriptors;
    // Only the controller says that it is ready, or is gone.
    drop(descriptors.remove(READY));
    let ended = reap_until(child.id()).map_err(because("wait for the controller"));
    drop(descriptors);
    ended
}

/// Engines give some that their own filter of system calls asks for; no program has a use for them.
fn give_up_capabilities() -> io::Result<()> {
    for one in CapabilitySet::all().iter() {
        // It is an error to ask about one that this kernel does not have.
        if rustix::thread::capability_is_in_bounding_set(one).unwrap_or(false) {
            rustix::thread::remove_capability_from_bounding_set(one)?;
        }
    }
    rustix::thread::clear_ambient_capability_set()?;
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    Ok(rustix::thread::set_capabilities(None, none)?)
}

fn texts(spec: &Spec) -> impl Iterator<Item = &str> {
    spec.arguments.iter().filter_map(|argument| match argument {
        Argument::Text(text) => Some(text.as_str()),
        Argument::Descriptor(_) => None,
    })
}

fn reap_until(child: u32) -> io::Result<ExitStatus> {
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid.as_raw_pid().cast_unsigned() == child => {
                return Ok(ExitStatus::from_raw(status.as_raw()));
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
