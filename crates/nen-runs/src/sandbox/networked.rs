//! A sandbox with a network: prlimit, the stage of `nen-host`, bubblewrap, one after the other in one process.
//!
//! Outside of it a process carries the packets. It ends with the sandbox, whoever ends that: bubblewrap holds the other
//! side of a pipe for as long as anything in the sandbox lives.

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::{OpenOptionsExt as _, fchown};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nen_host::network::{Guard, Orders, Plan};
use nen_host::stage::{self, Argument, Spec, Stage, StageFailure};
use nen_host::{Process, network};
use rustix::process::Signal;
use serde::Serialize;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

use super::image::BWRAP;
use super::spawner::Spawner;
use super::{SandboxError, doing};

/// Places of the descriptors that the stage is handed.
const INTERPRETER: usize = 0;
const ALIVE: usize = 1;
const SECCOMP: usize = 2;

/// Bytes of what the carrier prints that are worth telling.
const PRINTED: usize = 2000;

/// Time for what it printed to be read once it has ended.
const LAST: Duration = Duration::from_secs(1);

/// What starting a sandbox with a network needs to know.
pub(super) struct Networked<'a> {
    pub nen: &'a Path,
    /// The run's own folder.
    pub folder: &'a Path,
    /// Whom the sandbox runs as, when the server is root.
    pub user: Option<u32>,
    pub plan: Plan,
    /// The host's loopback is exposed in part.
    pub host_loopback: bool,
    pub spawner: &'a Spawner,
}

impl Networked<'_> {
    /// Starts it. `limited` is the command in front, to which the stage is appended; `bubblewrap` the sandbox's arguments;
    /// `interpreter` the socket that becomes standard input; `filter` that of system calls.
    pub async fn start(
        &self,
        mut limited: Command,
        bubblewrap: Vec<String>,
        interpreter: StdUnixStream,
        filter: OwnedFd,
    ) -> Result<(Child, Outside), SandboxError> {
        let mut arguments = vec![
            "--sync-fd".into(),
            Argument::Descriptor(ALIVE),
            "--seccomp".into(),
            Argument::Descriptor(SECCOMP),
        ];
        arguments.extend(bubblewrap.into_iter().map(Argument::from));
        let spec = Spec {
            rules: Some(self.plan.rules.clone()),
            guarded: self.plan.orders.is_some(),
            stdin: Some(INTERPRETER),
            program: BWRAP.to_owned(),
            arguments,
            ..Spec::default()
        };
        let spec = self.write("sandbox.json", &spec, self.user)?;
        let (control, theirs) = StdUnixStream::pair().map_err(doing("make a socket"))?;
        limited
            .arg(self.nen)
            .arg("sandbox")
            .arg(&spec.0)
            .env("PATH", stage::PATH)
            .stdin(Stdio::from(OwnedFd::from(theirs)));
        let started = self.spawner.spawn(limited).await;
        let child = started.map_err(doing("start a sandbox"))?;
        let target = child.id().ok_or(StageFailure::Early)?;

        let (exit, alive) = io::pipe().map_err(doing("make a pipe"))?;
        let descriptors = [interpreter.as_fd(), alive.as_fd(), filter.as_fd()];
        let sent = Stage::send(control, &descriptors);
        let mut stage = sent?;
        drop((interpreter, alive, filter));
        stage.unshared().await?;
        let carrier = network::carrier(target.cast_signed(), self.host_loopback, self.user);
        let network = self.write("network.json", &carrier, None)?;
        let (print_read, print) = io::pipe().map_err(doing("make a pipe"))?;
        let (socket, carrier) = self.outside(&network, None, print.try_clone())?;
        let mut outside = Outside {
            processes: vec![carrier],
            reports: None,
        };
        let guard = match &self.plan.orders {
            None => None,
            Some(orders) => Some(self.guard(orders, &print, &mut outside)?),
        };
        drop(print);
        let printed =
            pipe::Receiver::from_owned_fd(print_read.into()).map_err(doing("listen to a pipe"))?;
        let printed = tokio::spawn(head(printed));
        let guard = guard.map(|(guard, written)| (Some(guard), Some(written)));
        // The files of a guard are gone once it has read them.
        let (guard, _written) = guard.unwrap_or_default();
        match network::come_up(&mut stage, socket, exit.into(), guard).await {
            Ok(()) => Ok((child, outside)),
            Err(StageFailure::Network(said)) => {
                let printed = tokio::time::timeout(LAST, printed).await;
                let printed = printed.ok().and_then(Result::ok).unwrap_or_default();
                let why = [said, printed].map(|text| text.trim().to_owned());
                Err(StageFailure::Network(why.join(" ").trim().to_owned()).into())
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Starts a process outside of the sandbox. A carrier is started as root when this is: it becomes the sandbox's user
    /// itself, once it has the tunnel device.
    fn outside(
        &self,
        spec: &Written,
        user: Option<u32>,
        print: io::Result<io::PipeWriter>,
    ) -> Result<(StdUnixStream, Helper), SandboxError> {
        let start = || {
            let print = print?;
            stage::start(self.nen, &spec.0, user, print.try_clone()?, print)
        };
        let (socket, process) = start().map_err(doing("start a sandbox's network"))?;
        Ok((socket, Helper(Some(process))))
    }

    /// Starts what guards the network; as the sandbox's user, who owns its namespaces.
    fn guard(
        &self,
        orders: &Orders,
        print: &io::PipeWriter,
        outside: &mut Outside,
    ) -> Result<(Guard, [Written; 2]), SandboxError> {
        let orders = self.write("orders.json", orders, self.user)?;
        let spec = network::guard(self.nen, &orders.0);
        let spec = self.write("egress.json", &spec, self.user)?;
        let (told, reports) = io::pipe().map_err(doing("make a pipe"))?;
        rustix::io::ioctl_fionbio(&reports, true)
            .map_err(|error| doing("prepare a pipe")(error.into()))?;
        let (socket, process) = self.outside(&spec, self.user, print.try_clone())?;
        outside.processes.push(process);
        let told = pipe::Receiver::from_owned_fd(told.into()).map_err(doing("listen to a pipe"))?;
        outside.reports = Some(told);
        let reports = reports.into();
        Ok((Guard { socket, reports }, [orders, spec]))
    }

    fn write(
        &self,
        name: &str,
        content: &impl Serialize,
        user: Option<u32>,
    ) -> Result<Written, SandboxError> {
        let path = self.folder.join(name);
        let write = || -> io::Result<()> {
            use io::Write as _;
            let partial = self.folder.join(format!("{name}.new"));
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&partial)?;
            fchown(&file, user, user)?;
            file.write_all(&serde_json::to_vec(content)?)?;
            fs::rename(&partial, &path)
        };
        write().map_err(doing("write a sandbox's file"))?;
        Ok(Written(path))
    }
}

impl From<StageFailure> for SandboxError {
    fn from(failure: StageFailure) -> Self {
        Self::Start(failure.to_string())
    }
}

/// Reads to the end, so that who prints is never held up, and answers the beginning.
async fn head(mut printed: pipe::Receiver) -> String {
    let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = printed.read(&mut buffer).await {
        let room = PRINTED.saturating_sub(text.len());
        text.extend_from_slice(&buffer[..read.min(room)]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A file that is gone when nobody needs it.
#[derive(Debug)]
struct Written(PathBuf);

impl Drop for Written {
    fn drop(&mut self) {
        // What stays is removed with the run's folder.
        let _ = fs::remove_file(&self.0);
    }
}

/// Where the guard of a sandbox reports what it denied.
pub(crate) type Reports = pipe::Receiver;

/// The processes outside of a sandbox that its network needs. Dropped, they are killed.
#[derive(Debug)]
pub(super) struct Outside {
    processes: Vec<Helper>,
    reports: Option<Reports>,
}

impl Outside {
    /// What its guard reports, once.
    pub fn take_reports(&mut self) -> Option<Reports> {
        self.reports.take()
    }

    /// Their numbers.
    pub fn pids(&self) -> impl Iterator<Item = i32> {
        let running = self.processes.iter().filter_map(|helper| helper.0.as_ref());
        running.map(|process| process.id().pid)
    }

    /// Ends them and waits until they are gone.
    pub async fn end(&mut self) {
        for process in &mut self.processes {
            process.end().await;
        }
    }
}

/// One of them.
#[derive(Debug)]
struct Helper(Option<Process>);

impl Helper {
    /// Ends it and waits until it is gone. It ends by itself with its sandbox; a kill is for one that does not.
    async fn end(&mut self) {
        if let Some(process) = &self.0 {
            kill(process);
            process.exited().await;
        }
        self.0 = None;
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let Some(process) = self.0.take() else {
            return;
        };
        kill(&process);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // Waiting takes it out of the process table.
            runtime.spawn(async move { process.exited().await });
        }
    }
}

fn kill(process: &Process) {
    // It may only fail because the process is not ours any more, which cannot be.
    let _ = process.signal(Signal::KILL);
}
