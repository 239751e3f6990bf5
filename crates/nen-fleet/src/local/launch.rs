//! Starting one desktop, from its folder to a controller that answers.

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nen_protocol::desktop::Network;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::pipe;

use super::folder::{DESKTOP_LOG, Folder, NETWORK_LOG, Record};
use super::spec::{NetworkHelper, Sandbox, Stage};
use super::{LocalConfig, handshake, network};
use crate::{DesktopSpec, DriverError};
use nen_host::{Limits, Mode, Process};

/// Time for all of it.
const DEADLINE: Duration = Duration::from_secs(30);

/// What starting a desktop needs to know.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    pub config: &'a LocalConfig,
    pub image: &'a Path,
    pub mode: &'a Mode,
    pub limits: Limits,
    pub folder: &'a Folder,
    pub user: Option<u32>,
    pub spec: &'a DesktopSpec,
}

impl Launch<'_> {
    /// Starts the desktop and waits for its controller. What was begun stands in the folder's record at any time, so
    /// that it can be ended whatever happens here.
    pub async fn run(&self) -> Result<Record, DriverError> {
        match tokio::time::timeout(DEADLINE, self.all()).await {
            Ok(done) => done,
            Err(_) => Err(self.failed(&format!(
                "it did not answer within {} s",
                DEADLINE.as_secs()
            ))),
        }
    }

    async fn all(&self) -> Result<Record, DriverError> {
        let begun = Instant::now();
        let rules = self.rules();
        self.write_files(rules.clone())
            .map_err(doing("write the desktop's files"))?;
        let mut record = Record {
            user: self.user,
            ..Record::default()
        };
        let log = self
            .folder
            .open_log(DESKTOP_LOG)
            .map_err(doing("open the desktop's log"))?;
        record.group = self
            .mode
            .create(&self.spec.id, self.limits)
            .map_err(doing("make the desktop's cgroup"))?;
        self.write(&record)?;

        let (socket, outer) = self.stage("sandbox.json", self.user, &log)?;
        record.outer = Some(outer.id());
        self.write(&record)?;
        if let Some(group) = &record.group {
            group
                .attach(outer.id().pid)
                .map_err(doing("put the desktop into its cgroup"))?;
        }

        let [(info, info_write), (exit, sync_write), (ready, ready_write)] =
            [pair()?, pair()?, pair()?];
        if let Some(user) = self.user {
            // So that the controller may also open it by its name in /proc.
            let (uid, gid) = (
                rustix::fs::Uid::from_raw(user),
                rustix::fs::Gid::from_raw(user),
            );
            rustix::fs::fchown(&ready_write, Some(uid), Some(gid))
                .map_err(|error| doing("give the desktop its pipe")(error.into()))?;
        }
        handshake::send(
            &socket,
            &[info_write.as_fd(), sync_write.as_fd(), ready_write.as_fd()],
        )
        .map_err(doing("hand the desktop its descriptors"))?;
        drop((info_write, sync_write, ready_write));
        let mut socket = asynchronous(socket)?;
        let prepared = begun.elapsed();
        let mut networked = prepared;
        if rules.is_some() {
            self.hear(&mut socket, handshake::UNSHARED).await?;
            let helper = self.start_network(&mut record, exit.into());
            tokio::try_join!(helper, self.hear(&mut socket, handshake::READY))?;
            networked = begun.elapsed();
            socket
                .write_all(&[handshake::GO])
                .await
                .map_err(doing("let the desktop go on"))?;
        }
        let init = self.hear_init(info, &mut socket).await?;
        record.init = Some(init.id());
        self.write(&record)?;
        let sandboxed = begun.elapsed();
        self.hear_ready(ready).await?;
        tracing::info!(
            desktop = self.spec.id,
            prepare_ms = prepared.as_millis(),
            network_ms = networked.saturating_sub(prepared).as_millis(),
            sandbox_ms = sandboxed.saturating_sub(networked).as_millis(),
            controller_ms = begun.elapsed().saturating_sub(sandboxed).as_millis(),
            total_ms = begun.elapsed().as_millis(),
            "Desktop started"
        );
        Ok(record)
    }

    fn rules(&self) -> Option<String> {
        let wanted = self.spec.create.network == Network::Internet;
        wanted.then(|| network::rules(&network::own_addresses(), &self.config.expose_host_ports))
    }

    fn write_files(&self, rules: Option<String>) -> io::Result<()> {
        let create = &self.spec.create;
        let controller = json!({
            "display": { "width": create.display.width, "height": create.display.height },
            "tools": create.tools,
            "env": create.env,
            "start_url": create.start_url,
            "unclaimed": self.spec.unclaimed,
            "run_dir": "/run/nen",
            "drive": "/drive",
            "home": "/home/user",
        });
        self.folder.write(
            "run/desktop.json",
            &serde_json::to_vec(&controller)?,
            self.user,
        )?;
        let sandbox = Stage::Sandbox(Sandbox {
            image: self.image.to_owned(),
            folder: self.folder.root.clone(),
            rules,
            process_limit: (!self.mode.limits_processes()).then_some(self.config.process_limit),
            command: ["/opt/nen/bin/nen", "desktopd", "/run/nen/desktop.json"]
                .map(str::to_owned)
                .into(),
        });
        self.folder
            .write("sandbox.json", &serde_json::to_vec(&sandbox)?, self.user)
            .map(|_| ())
    }

    /// Starts a stage. Its side of the socket is its standard input; everything else it needs comes over that.
    fn stage(
        &self,
        spec: &str,
        user: Option<u32>,
        log: &File,
    ) -> Result<(UnixStream, Process), DriverError> {
        let start = || {
            let (ours, theirs) = UnixStream::pair()?;
            let mut command = Command::new(self.image.join("bin/nen"));
            command
                .arg("sandbox")
                .arg(self.folder.root.join(spec))
                .current_dir("/")
                .env_clear();
            command.env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            );
            command.stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs)));
            command.stdout(log.try_clone()?).stderr(log.try_clone()?);
            if let Some(user) = user {
                command.uid(user).gid(user);
            }
            let child = command.spawn()?;
            // It cannot be gone before it is waited for, and nobody else waits for it.
            Process::open(child.id().cast_signed()).map(|process| (ours, process))
        };
        start().map_err(doing("start a stage"))
    }

    async fn start_network(
        &self,
        record: &mut Record,
        exit: std::os::fd::OwnedFd,
    ) -> Result<(), DriverError> {
        let target = record.outer.map_or(0, |outer| outer.pid);
        let host_loopback = !self.config.expose_host_ports.is_empty();
        let helper = Stage::Network(NetworkHelper {
            target,
            host_loopback,
            user: self.user,
        });
        let text = serde_json::to_vec(&helper).map_err(io::Error::from);
        text.and_then(|text| self.folder.write("network.json", &text, None))
            .map_err(doing("write the network's file"))?;
        // As root when the server is: it drops to the desktop's user itself, once it has the tunnel device.
        let log = self
            .folder
            .open_log(NETWORK_LOG)
            .map_err(doing("open the network's log"))?;
        let (socket, process) = self.stage("network.json", None, &log)?;
        record.network = Some(process.id());
        self.write(record)?;
        let (ready, ready_write) = pair()?;
        handshake::send(&socket, &[ready_write.as_fd(), exit.as_fd()])
            .map_err(doing("hand the network its descriptors"))?;
        drop((ready_write, exit));
        let mut ready = receiver(ready)?;
        if ready.read_u8().await.is_ok() {
            return Ok(());
        }
        let mut said = String::new();
        let mut socket = asynchronous(socket)?;
        let _ = socket.read_to_string(&mut said).await;
        let said = said.trim_start_matches(char::from(handshake::FAILED));
        let tail = self.folder.log_tail(NETWORK_LOG);
        Err(DriverError::Start(format!(
            "its network did not come up: {said}{tail}"
        )))
    }

    /// Waits for a word of the stage.
    async fn hear(
        &self,
        socket: &mut tokio::net::UnixStream,
        wanted: u8,
    ) -> Result<(), DriverError> {
        match socket.read_u8().await {
            Ok(word) if word == wanted => Ok(()),
            Ok(handshake::FAILED) => {
                let mut said = String::new();
                let _ = socket.read_to_string(&mut said).await;
                Err(DriverError::Start(said))
            }
            Ok(_) => Err(self.failed("its stage said something out of turn")),
            Err(_) => Err(self.failed("its stage ended early")),
        }
    }

    /// Learns from bubblewrap which process is the first one inside.
    async fn hear_init(
        &self,
        info: io::PipeReader,
        socket: &mut tokio::net::UnixStream,
    ) -> Result<Process, DriverError> {
        let mut info = receiver(info)?;
        let mut text = Vec::new();
        while !text.contains(&b'}') {
            if !matches!(info.read_buf(&mut text).await, Ok(read) if read > 0) {
                // The stage tells when it could not even start bubblewrap.
                self.hear(socket, handshake::GO).await?;
                return Err(self.failed("bubblewrap ended early"));
            }
        }
        let info: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        let pid = info["child-pid"]
            .as_i64()
            .and_then(|pid| i32::try_from(pid).ok());
        let process = pid.and_then(|pid| Process::open(pid).ok());
        process.ok_or_else(|| self.failed("bubblewrap's first process is gone already"))
    }

    async fn hear_ready(&self, ready: io::PipeReader) -> Result<(), DriverError> {
        let mut ready = receiver(ready)?;
        let mut text = Vec::new();
        while !text.contains(&b'\n') && text.len() < 4096 {
            if !matches!(ready.read_buf(&mut text).await, Ok(read) if read > 0) {
                break;
            }
        }
        match String::from_utf8_lossy(&text).trim() {
            "ready" => Ok(()),
            "" => Err(self.failed(
                &self
                    .folder
                    .exit_reason()
                    .unwrap_or_else(|| "its controller ended early".to_owned()),
            )),
            said => Err(self.failed(said)),
        }
    }

    fn write(&self, record: &Record) -> Result<(), DriverError> {
        self.folder
            .write_record(record)
            .map_err(doing("write down the desktop's processes"))
    }

    fn failed(&self, what: &str) -> DriverError {
        let tail = self.folder.log_tail(DESKTOP_LOG);
        DriverError::Start(if tail.is_empty() {
            what.to_owned()
        } else {
            format!("{what} (its log ends with: {tail})")
        })
    }
}

fn pair() -> Result<(io::PipeReader, io::PipeWriter), DriverError> {
    io::pipe().map_err(doing("make a pipe"))
}

fn receiver(pipe: io::PipeReader) -> Result<pipe::Receiver, DriverError> {
    pipe::Receiver::from_owned_fd(pipe.into()).map_err(doing("listen to a pipe"))
}

fn asynchronous(socket: UnixStream) -> Result<tokio::net::UnixStream, DriverError> {
    socket
        .set_nonblocking(true)
        .and_then(|()| tokio::net::UnixStream::from_std(socket))
        .map_err(doing("listen to a stage"))
}

/// Names what was being done when the system refused.
pub(super) fn doing(what: &'static str) -> impl Fn(io::Error) -> DriverError {
    move |source| DriverError::Io {
        what: format!("could not {what}"),
        source,
    }
}
