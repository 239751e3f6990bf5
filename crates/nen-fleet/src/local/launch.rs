//! Starting one desktop, from its folder to a controller that answers.

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt as _;

use super::LocalConfig;
use super::sandbox::{self, Sandbox};
use crate::machine::folder::{self, DESKTOP_LOG, FILES, Folder, Record};
use crate::machine::network::Outside;
use crate::machine::report::{self, pair, receiver};
use crate::machine::run_folder::CONFIG;
use crate::machine::{doing, network, program};
use crate::{DesktopSpec, DriverError};
use nen_host::disk::Disk;
use nen_host::network::Plan;
use nen_host::seccomp::{self, Confinement};
use nen_host::stage::{self, Stage};
use nen_host::{Limits, Mode, Process};

/// Time for all of it.
const DEADLINE: Duration = Duration::from_secs(30);

/// What starting a desktop needs to know.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    pub config: &'a LocalConfig,
    pub image: &'a Path,
    pub mode: &'a Mode,
    /// The name of its cgroup.
    pub group: String,
    pub limits: Limits,
    pub folder: &'a Folder,
    pub user: Option<u32>,
    /// The file of the disk that its home and drive are on. None: they are in its folder.
    pub disk: Option<&'a Path>,
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
        let plan = network::plan(self.spec, &self.config.expose_host_ports)?;
        self.write_files(plan.as_ref())
            .map_err(doing("write the desktop's files"))?;
        let mut record = Record {
            boot: folder::boot(),
            user: self.user,
            ..Record::default()
        };
        let log = self
            .folder
            .open_log(DESKTOP_LOG)
            .map_err(doing("open the desktop's log"))?;
        record.group = self.mode.place(&self.group);
        report::write(self.folder, &record)?;
        record.group = self
            .mode
            .create(&self.group, self.limits)
            .map_err(doing("make the desktop's cgroup"))?;

        // A stage that mounts a disk needs root for it, and becomes the desktop's user itself.
        let user = self.disk().map_or(self.user, |_| None);
        let (socket, outer) = self.stage("sandbox.json", user, &log)?;
        record.outer = Some(outer.id());
        report::enter(self.folder, &record, &outer)?;

        let [(info, info_write), (exit, sync_write), (ready, ready_write)] =
            [pair()?, pair()?, pair()?];
        if let Some(user) = self.user {
            report::hand_to(&ready_write, user)?;
        }
        let filter = seccomp::filter(Confinement::Desktop)
            .map_err(|error| self.failed(&error.to_string()))?;
        // In the order that the spec counts them in.
        let descriptors = [
            info_write.as_fd(),
            sync_write.as_fd(),
            ready_write.as_fd(),
            filter.as_fd(),
        ];
        let sent = Stage::send(socket, &descriptors);
        let mut stage = sent.map_err(|failure| report::stage_failed(self.folder, failure))?;
        drop((info_write, sync_write, ready_write, filter));
        let prepared = begun.elapsed();
        let mut networked = prepared;
        if let Some(plan) = plan {
            let outside = Outside {
                nen: &self.image.join("bin/nen"),
                folder: self.folder,
                user: self.user,
                host_loopback: !self.config.expose_host_ports.is_empty(),
            };
            let (target, orders) = (outer.id().pid, plan.orders.as_ref());
            outside
                .come_up(&mut record, &mut stage, target, orders, exit.into())
                .await?;
            networked = begun.elapsed();
        }
        let init = self.hear_init(info, &mut stage).await?;
        record.init = Some(init.id());
        report::write(self.folder, &record)?;
        let sandboxed = begun.elapsed();
        report::ready(self.folder, ready).await?;
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

    fn write_files(&self, plan: Option<&Plan>) -> io::Result<()> {
        let controller = program::config(self.spec);
        self.folder
            .write(CONFIG, &serde_json::to_vec(&controller)?, self.user)?;
        let sandbox = sandbox::spec(&Sandbox {
            image: self.image.to_owned(),
            folder: self.folder.root.clone(),
            files: self.folder.files(self.disk.is_some()),
            disk: self.disk(),
            file_size: program::largest_file(self.config.disk_limit_mb),
            memory_mb: self.limits.memory_mb,
            rules: plan.map(|plan| plan.rules.clone()),
            guarded: plan.is_some_and(|plan| plan.orders.is_some()),
            process_limit: (!self.mode.limits_processes()).then_some(self.config.process_limit),
            command: program::command().into(),
        });
        let reader = self.disk().map_or(self.user, |_| None);
        self.folder
            .write("sandbox.json", &serde_json::to_vec(&sandbox)?, reader)
            .map(|_| ())
    }

    fn disk(&self) -> Option<Disk> {
        Some(Disk {
            image: self.disk?.to_owned(),
            at: self.folder.files(true),
            folders: FILES.map(str::to_owned).into(),
            user: self.user?,
        })
    }

    fn stage(
        &self,
        spec: &str,
        user: Option<u32>,
        log: &File,
    ) -> Result<(UnixStream, Process), DriverError> {
        let start = || {
            let (nen, spec) = (self.image.join("bin/nen"), self.folder.root.join(spec));
            stage::start(&nen, &spec, user, log.try_clone()?, log.try_clone()?)
        };
        start().map_err(doing("start a stage"))
    }

    /// Learns from bubblewrap which process is the first one inside.
    async fn hear_init(
        &self,
        info: io::PipeReader,
        stage: &mut Stage,
    ) -> Result<Process, DriverError> {
        let mut info = receiver(info)?;
        let mut text = Vec::new();
        while !text.contains(&b'}') {
            if !matches!(info.read_buf(&mut text).await, Ok(read) if read > 0) {
                // The stage tells when it could not even start bubblewrap.
                let said = stage.last_words().await;
                return Err(match said.is_empty() {
                    true => self.failed("bubblewrap ended early"),
                    false => DriverError::Start(said),
                });
            }
        }
        let info: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        let pid = info["child-pid"]
            .as_i64()
            .and_then(|pid| i32::try_from(pid).ok());
        let process = pid.and_then(|pid| Process::open(pid).ok());
        process.ok_or_else(|| self.failed("bubblewrap's first process is gone already"))
    }

    fn failed(&self, what: &str) -> DriverError {
        report::failed(self.folder, what)
    }
}
