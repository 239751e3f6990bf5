//! The sandbox that a workflow's Python runs in.
//!
//! It sees `/usr`, its bundle, the package `nen` with pydantic, and folders in memory; no network unless its version
//! declares one, no host files, no capabilities, no way to make namespaces, and the kernel refuses it the calls that nobody
//! needs. It reaches its desktop by one socket. When the process that started it ends, the kernel ends it; nothing of it
//! outlives a `kill -9`.

mod arguments;
mod artifacts;
mod image;
mod networked;
mod spawner;

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use command_fds::{CommandFdExt as _, FdMapping};
use nen_host::seccomp::{self, Confinement};
use nen_host::{Exit, Group, Limits, Mode, Process, children, network, threads_of};
use nen_protocol::network::NetworkPolicy;
use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

pub(crate) use artifacts::zip as zip_artifacts;
use image::BWRAP;
pub(crate) use image::Image;
pub(crate) use networked::Reports;
use networked::{Networked, Outside};
use spawner::Spawner;

use crate::{RunsConfig, SandboxLimits};

/// Time for the interpreter to say that it is there.
const START: Duration = Duration::from_secs(30);
/// Time for killed processes to be gone.
const END: Duration = Duration::from_secs(20);
/// Sandboxes run as users from here on when the server is root; desktops have others.
const FIRST_USER: u32 = 400_000;
/// Where bubblewrap finds the filter of system calls.
const FILTER: i32 = 3;
/// Half the usual share: desktops, which people wait for, go first.
const CPU_WEIGHT: u64 = 50;

/// Why a sandbox could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SandboxError {
    /// This machine lacks something.
    #[error("{0}")]
    Lacks(String),
    /// Something failed on this machine.
    #[error("{what}: {source}")]
    Host {
        what: &'static str,
        source: io::Error,
    },
    /// The interpreter did not come up; the text is what it printed.
    #[error("the sandbox did not start: {0}")]
    Start(String),
}

fn doing(what: &'static str) -> impl FnOnce(io::Error) -> SandboxError {
    move |source| SandboxError::Host { what, source }
}

/// Starts sandboxes on this machine.
#[derive(Debug)]
pub(crate) struct Sandboxes {
    image: Image,
    mode: Mode,
    limits: SandboxLimits,
    root: bool,
    /// Ports of the host's loopback for sandboxes with a network.
    host_ports: Vec<u16>,
    /// Names of this worker's groups begin with it: others on this machine have sandboxes of their own.
    group: String,
    spawner: Spawner,
}

/// A sandbox whose interpreter waits to be told what to do.
#[derive(Debug)]
pub(crate) struct Sandbox {
    /// Both ways; its first line, the greeting, has been read.
    pub socket: BufReader<UnixStream>,
    pub stdout: ChildStdout,
    pub stderr: ChildStderr,
    /// What it tries and is denied, where its network lists what may be reached.
    pub denied: Option<Reports>,
    pub process: Confined,
}

/// The processes of a sandbox. Dropped, it kills them and has their group removed.
#[derive(Debug)]
pub(crate) struct Confined {
    /// bubblewrap outside, whose end is the end of all.
    outer: Arc<Process>,
    /// The first process inside.
    init: Arc<Process>,
    /// What carries its packets and guards them, when it has a network.
    outside: Option<Outside>,
    group: Option<Group>,
    artifacts: OwnedFd,
    /// The interpreter.
    python: i32,
    /// Inode of its end of the socket. bubblewrap holds that end, too, so that our end does not tell when it is closed.
    socket: u64,
    memory_mb: u64,
    ended: bool,
}

impl Sandboxes {
    /// Finds out what this machine has, and clears away what a killed process of the same kind left when nobody else can
    /// be using it.
    pub async fn open(image: Image, config: &RunsConfig) -> Self {
        let mode = Mode::detect();
        let name = nen_store::sha256_hex(&config.worker);
        let prefix = format!("run-{}-", &name[..12]);
        if config.sole_worker {
            for group in mode.left_behind(&prefix) {
                if let Err(error) = clear(&group).await {
                    tracing::warn!(%error, "The group of an earlier run's sandbox stays");
                }
            }
        }
        Self {
            image,
            mode,
            limits: config.limits,
            host_ports: config.expose_host_ports.clone(),
            root: rustix::process::geteuid().is_root(),
            group: prefix,
            spawner: Spawner::start(),
        }
    }

    /// Why no sandbox can be started on this machine, if that is so.
    pub fn lacks(&self) -> Option<String> {
        self.image.lacks()
    }

    /// The user and group that the sandbox of a run runs as, when this is root.
    pub fn user_of(&self, run_id: &str) -> Option<u32> {
        self.root.then(|| user_of(run_id))
    }

    /// Starts the interpreter in a sandbox that sees the bundle in the run's folder.
    pub async fn start(
        &self,
        run_id: &str,
        folder: &Path,
        network: &NetworkPolicy,
    ) -> Result<Sandbox, SandboxError> {
        if let Some(lacks) = self.lacks() {
            return Err(SandboxError::Lacks(lacks));
        }
        let (ours, theirs) = StdUnixStream::pair().map_err(doing("make a socket"))?;
        ours.set_nonblocking(true)
            .map_err(doing("prepare a socket"))?;
        let inode = rustix::fs::fstat(&theirs)
            .map_err(|error| doing("look at a socket")(error.into()))?
            .st_ino;
        // One deadline for all of it: the first word of the interpreter comes last.
        let until = tokio::time::Instant::now() + START;
        let begun = self.begin(run_id, folder, network, theirs);
        let (mut child, mut outside) = match tokio::time::timeout_at(until, begun).await {
            Ok(begun) => begun?,
            Err(_) => {
                let late = format!("its network did not come up within {} s", START.as_secs());
                return Err(SandboxError::Start(late));
            }
        };
        let (Some(pid), Some(stdout), Some(stderr)) =
            (child.id(), child.stdout.take(), child.stderr.take())
        else {
            return Err(SandboxError::Start("it ended at once".to_owned()));
        };
        let socket = UnixStream::from_std(ours).map_err(doing("use a socket"))?;
        let mut socket = BufReader::new(socket);
        let mut greeting = String::new();
        let greeted = tokio::time::timeout_at(until, socket.read_line(&mut greeting)).await;
        if !matches!(greeted, Ok(Ok(read)) if read > 0) || !greeting.contains("\"hello\"") {
            let _ = child.start_kill();
            return Err(SandboxError::Start(last_words(stderr).await));
        }
        let denied = outside.as_mut().and_then(Outside::take_reports);
        let process = self.confine(run_id, pid.cast_signed(), inode, outside)?;
        // From here on the handles are what ends it; the child is reaped by the wait for its pidfd.
        spawner::release(child);
        Ok(Sandbox {
            socket,
            stdout,
            stderr,
            denied,
            process,
        })
    }

    /// Starts the processes: bubblewrap, and what carries its packets when it has a network.
    async fn begin(
        &self,
        run_id: &str,
        folder: &Path,
        network: &NetworkPolicy,
        interpreter: StdUnixStream,
    ) -> Result<(Child, Option<Outside>), SandboxError> {
        let bundle = folder.join("bundle");
        let bubblewrap = arguments::list(&self.image, self.limits, &bundle, network);
        let user = self.user_of(run_id);
        let mut command = Command::new("prlimit");
        command
            .args(self.own_limits())
            .arg("--")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .current_dir("/")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        let filter = seccomp::filter(Confinement::Workflow);
        let filter = filter.map_err(|error| SandboxError::Lacks(error.to_string()))?;
        let plan = network::plan(network, &self.host_ports)
            .map_err(doing("learn the machine's own addresses"))?;
        let Some(plan) = plan else {
            let handed_on = FdMapping {
                parent_fd: filter,
                child_fd: FILTER,
            };
            command
                .as_std_mut()
                .fd_mappings(vec![handed_on])
                .map_err(|error| doing("hand on a filter")(io::Error::other(error.to_string())))?;
            command
                .arg(BWRAP)
                .args(["--seccomp", &FILTER.to_string()])
                .args(bubblewrap)
                .stdin(Stdio::from(OwnedFd::from(interpreter)));
            let child = self.spawner.spawn(command).await;
            return Ok((child.map_err(doing("start a sandbox"))?, None));
        };
        let networked = Networked {
            nen: self.image.stage().map_err(SandboxError::Lacks)?,
            folder,
            user,
            plan,
            host_loopback: !self.host_ports.is_empty(),
            spawner: &self.spawner,
        };
        let (child, outside) = networked
            .start(command, bubblewrap, interpreter, filter)
            .await?;
        Ok((child, Some(outside)))
    }

    /// Bounds what runs. Nothing of the workflow has been read yet, so the processes are the three that we started.
    fn confine(
        &self,
        run_id: &str,
        outer: i32,
        socket: u64,
        outside: Option<Outside>,
    ) -> Result<Confined, SandboxError> {
        let child_of = |pid: i32| children(pid).first().copied();
        let (Some(init), Some(python)) = (child_of(outer), child_of(outer).and_then(child_of))
        else {
            return Err(SandboxError::Start("its processes are gone".to_owned()));
        };
        let limits = Limits {
            memory_mb: self.limits.memory_mb,
            processes: self.limits.processes,
            cpu_weight: CPU_WEIGHT,
        };
        let outer = Process::open(outer).map_err(doing("watch a sandbox"))?;
        let mut confined = Confined {
            outer: Arc::new(outer),
            init: Arc::new(Process::open(init).map_err(doing("watch a sandbox"))?),
            outside,
            group: None,
            artifacts: artifacts::open(python).map_err(doing("open a sandbox's artifacts"))?,
            python,
            socket,
            memory_mb: self.limits.memory_mb,
            ended: false,
        };
        confined.group = self
            .mode
            .create(&format!("{}{run_id}", self.group), limits)
            .map_err(doing("make a sandbox's cgroup"))?;
        if let Some(group) = &confined.group {
            // How much what works for it outside takes is up to the workflow, too.
            let outside = confined.outside.iter().flat_map(Outside::pids);
            let inside = [confined.outer.id().pid, init, python];
            for pid in inside.into_iter().chain(outside) {
                group.attach(pid).map_err(doing("fill a cgroup"))?;
            }
        }
        Ok(confined)
    }

    /// Limits of every process by itself. They are set on the way into the sandbox, which needs no right that a server in a
    /// container may lack.
    fn own_limits(&self) -> Vec<String> {
        let mib = 1 << 20;
        let mut limits = vec![
            "--core=0".to_owned(),
            "--nofile=1024".to_owned(),
            format!("--fsize={}", self.limits.artifacts_mb * mib),
            // An error in Python rather than a kill by the kernel, for a single process that asks for too much.
            format!("--data={}", self.limits.memory_mb * mib),
        ];
        if !self.mode.limits_processes() {
            // Counted by user, and an ordinary one has processes already; as root each run has a user of its own.
            let others = match self.root {
                true => 0,
                false => threads_of(rustix::process::geteuid().as_raw()),
            };
            limits.push(format!("--nproc={}", self.limits.processes + others));
        }
        limits
    }
}

impl Confined {
    /// The folder of its files; stays readable when everything else is gone.
    pub fn artifacts(&self) -> &OwnedFd {
        &self.artifacts
    }

    /// Whether the interpreter still has its end of the socket; also true when that cannot be known.
    pub fn listens(&self) -> bool {
        let Ok(open) = std::fs::read_dir(format!("/proc/{}/fd", self.python)) else {
            return true;
        };
        let socket = format!("socket:[{}]", self.socket);
        open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
            .any(|target| target.as_os_str() == socket.as_str())
    }

    /// Waits until it has ended by itself.
    pub async fn exited(&self) -> Exit {
        self.outer.exited().await
    }

    /// Why it ended without a word, as far as can be known.
    pub fn reason(&self) -> String {
        if self
            .group
            .as_ref()
            .is_some_and(|group| group.out_of_memory() > 0)
        {
            return format!(
                "the workflow ran out of memory: it may take {} MiB, its files in /artifacts and /tmp among it",
                self.memory_mb
            );
        }
        "the workflow's process ended without a result (os._exit, a signal, or a crash)".to_owned()
    }

    /// Ends all of its processes and waits until they are gone.
    pub async fn end(&mut self) -> io::Result<()> {
        self.kill();
        let gone = async {
            self.init.exited().await;
            self.outer.exited().await;
            if let Some(outside) = &mut self.outside {
                outside.end().await;
            }
        };
        if tokio::time::timeout(END, gone).await.is_err() {
            return Err(io::Error::other(
                "a sandbox's processes did not end when killed",
            ));
        }
        if let Some(group) = &self.group {
            group.remove().await?;
        }
        self.ended = true;
        Ok(())
    }

    fn kill(&self) {
        // The first process inside takes all others with it; the one outside then ends by itself.
        let _ = self.init.signal(Signal::KILL);
        let _ = self.outer.signal(Signal::KILL);
    }
}

impl Drop for Confined {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.kill();
        // Whoever gives it up cannot wait. What a process that stops now leaves is cleared away at the next start.
        if let (Some(group), Ok(runtime)) =
            (self.group.take(), tokio::runtime::Handle::try_current())
        {
            let (init, outer) = (self.init.clone(), self.outer.clone());
            runtime.spawn(async move {
                let gone = async { tokio::join!(init.exited(), outer.exited()) };
                let _ = tokio::time::timeout(END, gone).await;
                if let Err(error) = group.remove().await {
                    tracing::warn!(%error, "The group of a sandbox that was given up stays");
                }
            });
        }
    }
}

async fn clear(group: &Group) -> io::Result<()> {
    let members: Vec<Process> = group
        .members()
        .into_iter()
        .filter_map(|pid| Process::open(pid).ok())
        .collect();
    for member in &members {
        member.signal(Signal::KILL)?;
    }
    for member in &members {
        let _ = tokio::time::timeout(END, member.exited()).await;
    }
    group.remove().await
}

/// What the sandbox printed before it gave up, shortened.
async fn last_words(stderr: ChildStderr) -> String {
    use tokio::io::AsyncReadExt as _;
    let mut text = Vec::new();
    let mut stderr = stderr.take(4096);
    let read = stderr.read_to_end(&mut text);
    let _ = tokio::time::timeout(Duration::from_secs(2), read).await;
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    match text.is_empty() {
        true => format!(
            "its interpreter did not answer within {} s",
            START.as_secs()
        ),
        false => text,
    }
}

/// A user for a run, the same at any time; two runs at once hardly ever share one, and lose nothing but a part of their
/// limit on processes when they do.
fn user_of(run_id: &str) -> u32 {
    let hash = run_id.bytes().fold(0u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    FIRST_USER + hash % 0x1_0000
}
