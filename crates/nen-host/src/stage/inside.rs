//! The stage's own side: what it does between its start and the program it becomes.

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::io::FdFlags;
use rustix::process::{Resource, Rlimit, getegid, geteuid, setrlimit};
use rustix::thread::{ThreadNameSpaceType, UnshareFlags};

use super::handshake;
use super::spec::{Argument, Spec};
use crate::disk;
use crate::network::{doors, tun};

/// Why a stage could not become its program.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {source}")]
pub struct StageError {
    what: String,
    source: io::Error,
}

/// Prepares what the file says and becomes the program in it. Must be called before any thread is
/// started. Speaks with the server over standard input; there is nothing in it for a person.
///
/// # Errors
/// Returns only when something failed; the server has been told already.
pub fn run(spec: &Path) -> Result<Infallible, StageError> {
    let socket = take_socket().map_err(because("take the server's socket"))?;
    let Err(error) = become_it(spec, &socket);
    tell(&socket, &error);
    Err(error)
}

pub(super) fn read(spec: &Path) -> Result<Spec, StageError> {
    let text = std::fs::read(spec).map_err(because(format!("read {}", spec.display())))?;
    serde_json::from_slice(&text).map_err(|error| because("read the spec")(error.into()))
}

/// Tells the server why there will be no program. When it is gone, there is nobody left to tell.
pub(super) fn tell(mut socket: &UnixStream, error: &StageError) {
    let mut told = vec![handshake::FAILED];
    told.extend(error.to_string().bytes());
    let _ = socket.write_all(&told);
}

fn become_it(spec: &Path, socket: &UnixStream) -> Result<Infallible, StageError> {
    let spec = read(spec)?;
    // A session of its own: what a terminal sends to the server's process group does not reach sandboxes.
    if let Err(error) = rustix::process::setsid()
        && error != rustix::io::Errno::PERM
    {
        return Err(because("start a session")(error.into()));
    }
    let descriptors = handshake::receive(socket).map_err(because("hear from the server"))?;
    limit(&spec)?;
    if let Some(disk) = &spec.disk {
        disk::mount(disk).map_err(because("mount its disk"))?;
    }
    if let Some(rules) = &spec.rules {
        match spec.enter {
            None => make_namespaces()?,
            Some(place) => enter_namespaces(at(&descriptors, place)?)?,
        }
        say(socket, handshake::UNSHARED)?;
        apply(rules)?;
        match spec.guarded {
            true => hand_back_doors(socket)?,
            false => say(socket, handshake::READY)?,
        }
        handshake::wait(socket).map_err(because("hear that the network is up"))?;
    }
    if let Some(user) = spec.tunnel_for {
        tun::open_to(user).map_err(because("prepare /dev/net/tun"))?;
    }
    exec(&spec, &descriptors)
}

pub(super) fn limit(spec: &Spec) -> Result<(), StageError> {
    let set = |resource, most: u64| {
        setrlimit(
            resource,
            Rlimit {
                current: Some(most),
                maximum: Some(most),
            },
        )
        .map_err(|error| because("set a limit")(error.into()))
    };
    set(Resource::Core, 0)?;
    if let Some(most) = spec.open_files {
        let allowed = rustix::process::getrlimit(Resource::Nofile).maximum;
        set(Resource::Nofile, allowed.unwrap_or(u64::MAX).min(most))?;
    }
    if let Some(most) = spec.file_size {
        set(Resource::Fsize, most)?;
    }
    spec.processes
        .map_or(Ok(()), |most| set(Resource::Nproc, most))
}

/// Becomes a user without the rights of root, as whom this process goes on.
pub(crate) fn become_user(user: u32) -> io::Result<()> {
    let (uid, gid) = (
        rustix::fs::Uid::from_raw(user),
        rustix::fs::Gid::from_raw(user),
    );
    rustix::thread::set_thread_groups(&[])?;
    rustix::thread::set_thread_res_gid(gid, gid, gid)?;
    rustix::thread::set_thread_res_uid(uid, uid, uid)?;
    // Who was root before is nobody's to look at, its own files in /proc included, which namespaces are made by. Nothing
    // of root's is in this process: it was told what stands in the spec.
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::Dumpable)?;
    Ok(())
}

fn make_namespaces() -> Result<(), StageError> {
    // Must be asked before: inside, everything is owned by somebody else.
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    // SAFETY: a stage has one thread and shares no memory or files with anybody; the flags do not touch its descriptors.
    unsafe { rustix::thread::unshare_unsafe(UnshareFlags::NEWUSER | UnshareFlags::NEWNET) }
        .map_err(|error| because("make a user and a network namespace")(error.into()))?;
    map_ids(user, group).map_err(because("map the sandbox's user"))
}

/// Who made a user namespace may do everything in it, but a program that it starts there only as root.
fn enter_namespaces(process: &OwnedFd) -> Result<(), StageError> {
    let both = ThreadNameSpaceType::USER | ThreadNameSpaceType::NETWORK;
    rustix::thread::move_into_thread_name_spaces(process.as_fd(), both)
        .map_err(|error| because("enter the sandbox's namespaces")(error.into()))?;
    let (user, group) = (rustix::fs::Uid::ROOT, rustix::fs::Gid::ROOT);
    rustix::thread::set_thread_res_gid(group, group, group)
        .and_then(|()| rustix::thread::set_thread_res_uid(user, user, user))
        .map_err(|error| because("become root in the sandbox's namespaces")(error.into()))
}

/// The sandbox's user is root inside, which an unprivileged process may do for itself once groups are fixed.
fn map_ids(user: u32, group: u32) -> io::Result<()> {
    std::fs::write("/proc/self/uid_map", format!("0 {user} 1"))?;
    std::fs::write("/proc/self/setgroups", "deny")?;
    std::fs::write("/proc/self/gid_map", format!("0 {group} 1"))
}

fn apply(rules: &str) -> Result<(), StageError> {
    let mut nft = Command::new("nft")
        .args(["-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(because("start nft"))?;
    if let Some(mut input) = nft.stdin.take() {
        input
            .write_all(rules.as_bytes())
            .map_err(because("hand nft its rules"))?;
    }
    let done = nft.wait_with_output().map_err(because("wait for nft"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(because("apply the network's rules")(io::Error::other(
        said.trim().to_owned(),
    )))
}

/// Opens what the guard of the rules needs in this namespace. Here they stay closed to the program that follows.
fn hand_back_doors(socket: &UnixStream) -> Result<(), StageError> {
    let doors = doors::open().map_err(because("open the doors of the network's guard"))?;
    let doors: Vec<_> = doors.iter().map(|door| door.as_fd()).collect();
    handshake::send(socket, handshake::READY, &doors).map_err(because("answer the server"))
}

fn say(mut socket: &UnixStream, word: u8) -> Result<(), StageError> {
    socket
        .write_all(&[word])
        .map_err(because("answer the server"))
}

fn exec(spec: &Spec, descriptors: &[OwnedFd]) -> Result<Infallible, StageError> {
    let mut arguments = Vec::with_capacity(spec.arguments.len());
    for argument in &spec.arguments {
        arguments.push(match argument {
            Argument::Text(text) => text.clone(),
            Argument::Descriptor(place) => keep(at(descriptors, *place)?)?.to_string(),
        });
    }
    if let Some(place) = spec.stdin {
        rustix::stdio::dup2_stdin(at(descriptors, place)?)
            .map_err(|error| because("set standard input")(error.into()))?;
    }
    Err(because(format!("start {}", spec.program))(
        Command::new(&spec.program).args(arguments).exec(),
    ))
}

pub(super) fn at(descriptors: &[OwnedFd], place: usize) -> Result<&OwnedFd, StageError> {
    descriptors.get(place).ok_or_else(|| {
        let count = descriptors.len();
        let what = format!("descriptor {place} was asked for, and {count} came");
        because("follow the spec")(io::Error::other(what))
    })
}

/// Lets a descriptor pass through `exec`, and answers its number.
pub(super) fn keep(fd: &OwnedFd) -> Result<i32, StageError> {
    rustix::io::fcntl_setfd(fd, FdFlags::empty())
        .map_err(|error| because("pass on a descriptor")(error.into()))?;
    Ok(fd.as_raw_fd())
}

/// Takes the server's socket from standard input, and leaves nothing to read there.
fn take_socket() -> io::Result<UnixStream> {
    let socket = rustix::io::fcntl_dupfd_cloexec(io::stdin().as_fd(), 3)?;
    rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
    Ok(UnixStream::from(socket))
}

pub(super) fn because(what: impl Into<String>) -> impl FnOnce(io::Error) -> StageError {
    |source| StageError {
        what: what.into(),
        source,
    }
}
