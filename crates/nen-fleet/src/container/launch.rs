//! Starting one desktop in a container, from its folder to a controller that answers.

use std::fs::File;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use nen_host::network::Plan;
use nen_host::stage::{self, Descriptors, Spec, Stage, StageFailure};
use nen_host::{Limits, Mode, Process};
use tokio::net::UnixListener;

use super::ContainerConfig;
use super::engine::Engine;
use super::template::{SOCKET, STAGE, Template};
use crate::machine::folder::{self, DESKTOP_LOG, Folder, Record};
use crate::machine::network::{self, Outside};
use crate::machine::run_folder::CONFIG;
use crate::machine::{doing, program, report, socket};
use crate::{DesktopSpec, DriverError};

/// Time for all of it. The engine's first container of an image makes a copy of that.
const DEADLINE: Duration = Duration::from_secs(90);

/// Time for a container to end that cannot go on.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Most files that one process of a desktop may have open; less where the engine has less.
const OPEN_FILES: u64 = 65_536;

/// What the stage in the namespaces of a container is told.
const NETWORK_STAGE: &str = "namespaces.json";

/// What starting a desktop needs to know.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    pub config: &'a ContainerConfig,
    pub engine: &'a Engine,
    /// The engine limits memory and processes.
    pub by_engine: bool,
    pub mode: &'a Mode,
    /// The name of its cgroup, where that is ours.
    pub group: String,
    pub limits: Limits,
    /// Of the data folder.
    pub tag: &'a str,
    pub image: &'a Path,
    /// What its container is called.
    pub name: &'a str,
    pub folder: &'a Folder,
    pub user: Option<u32>,
    pub spec: &'a DesktopSpec,
}

impl Launch<'_> {
    /// Starts the desktop and waits for its controller. What was begun can be ended at any time by the container's name
    /// and what stands in the folder's record.
    pub async fn run(&self) -> Result<Record, DriverError> {
        match tokio::time::timeout(DEADLINE, self.all()).await {
            Ok(done) => done,
            Err(_) => Err(report::failed(
                self.folder,
                &format!("it did not answer within {} s", DEADLINE.as_secs()),
            )),
        }
    }

    async fn all(&self) -> Result<Record, DriverError> {
        let begun = Instant::now();
        let plan = network::plan(self.spec, &self.config.expose_host_ports)?;
        self.write_files()?;
        let mut record = Record {
            boot: folder::boot(),
            user: self.user,
            container: Some(self.name.to_owned()),
            by_engine: self.by_engine,
            ..Record::default()
        };
        record.group = self.mode.place(&self.group);
        report::write(self.folder, &record)?;
        record.group = self
            .mode
            .create(&self.group, self.limits)
            .map_err(doing("make the desktop's cgroup"))?;
        let log = self
            .folder
            .open_log(DESKTOP_LOG)
            .map_err(doing("open the desktop's log"))?;
        let listener = socket::listen(&self.folder.root, SOCKET, self.user)
            .map_err(doing("make the desktop's socket"))?;
        let template = Template {
            from: &self.config.image,
            id: &self.spec.id,
            tag: self.tag,
            image: self.image,
            folder: &self.folder.root,
            guarded: plan.as_ref().is_some_and(|plan| plan.orders.is_some()),
            memory_mb: self.limits.memory_mb,
            processes: self.limits.processes,
            limits: self.by_engine,
        };
        self.engine.run(self.name, template.body()).await?;
        let init = self.first_process().await?;
        let connected = self.hear_first(listener, &init).await?;
        record.init = Some(init.id());
        report::enter(self.folder, &record, &init)?;
        let contained = begun.elapsed();
        let mut networked = contained;

        let [(life, life_write), (ready, ready_write)] = [report::pair()?, report::pair()?];
        if let Some(user) = self.user {
            report::hand_to(&ready_write, user)?;
        }
        let descriptors = Descriptors {
            log: log.as_fd(),
            life: life_write.as_fd(),
            ready: ready_write.as_fd(),
        };
        let mut first =
            Stage::send(connected, &descriptors.list()).map_err(|failure| self.no(failure))?;
        drop((life_write, ready_write));
        let answers = async {
            if let Some(plan) = plan {
                self.connect(&mut record, &init, plan, life.into(), &log)
                    .await?;
            }
            networked = begun.elapsed();
            first.go_on().await.map_err(|failure| self.no(failure))?;
            report::ready(self.folder, ready).await
        };
        if let Err(error) = answers.await {
            // Perhaps because of the first process, which tells why before it ends.
            let said = match tokio::time::timeout(LAST_WORDS, init.exited()).await {
                Ok(_) => first.last_words().await,
                Err(_) => String::new(),
            };
            return Err(if said.is_empty() {
                error
            } else {
                DriverError::Start(said)
            });
        }
        tracing::info!(
            desktop = self.spec.id,
            container_ms = contained.as_millis(),
            network_ms = networked.saturating_sub(contained).as_millis(),
            controller_ms = begun.elapsed().saturating_sub(networked).as_millis(),
            total_ms = begun.elapsed().as_millis(),
            "Desktop started"
        );
        Ok(record)
    }

    fn write_files(&self) -> Result<(), DriverError> {
        let [controller, arguments @ ..] = program::command();
        let stage = Spec {
            open_files: Some(OPEN_FILES),
            file_size: program::largest_file(self.config.disk_limit_mb),
            processes: (!self.by_engine && !self.mode.limits_processes())
                .then_some(self.limits.processes),
            program: controller,
            arguments: arguments.map(Into::into).into(),
            ..Spec::default()
        };
        let write = |name: &str, text: serde_json::Result<Vec<u8>>| {
            let text = text.map_err(std::io::Error::from);
            text.and_then(|text| self.folder.write(name, &text, self.user))
                .map(drop)
                .map_err(doing("write the desktop's files"))
        };
        write(CONFIG, serde_json::to_vec(&program::config(self.spec)))?;
        write(STAGE, serde_json::to_vec(&stage))
    }

    async fn first_process(&self) -> Result<Process, DriverError> {
        let pid = self.engine.first_process(self.name).await?;
        let pid = pid.ok_or_else(|| report::failed(self.folder, "its container ended early"))?;
        Process::open(pid).map_err(|_| {
            DriverError::Host(
                "the container's processes cannot be seen: the server has to run beside the engine, not in a container, \
                 or it has ended early"
                    .to_owned(),
            )
        })
    }

    /// Waits until the container's first process calls: nobody else is listened to.
    async fn hear_first(
        &self,
        listener: UnixListener,
        init: &Process,
    ) -> Result<UnixStream, DriverError> {
        loop {
            let (stream, _) = tokio::select! {
                accepted = listener.accept() => accepted.map_err(doing("hear the desktop's container"))?,
                _ = init.exited() => {
                    return Err(report::failed(self.folder, "its container ended early"));
                }
            };
            let caller = stream.peer_cred().ok().and_then(|peer| peer.pid());
            if caller == Some(init.id().pid) {
                return stream
                    .into_std()
                    .and_then(|stream| stream.set_nonblocking(false).map(|()| stream))
                    .map_err(doing("hear the desktop's container"));
            }
        }
    }

    /// Puts the rules into the container's network, then what guards it, then what carries its packets.
    async fn connect(
        &self,
        record: &mut Record,
        init: &Process,
        plan: Plan,
        life: OwnedFd,
        log: &File,
    ) -> Result<(), DriverError> {
        let nen = self.image.join("bin/nen");
        let rules = Spec {
            rules: Some(plan.rules),
            guarded: plan.orders.is_some(),
            enter: Some(0),
            program: "true".to_owned(),
            ..Spec::default()
        };
        let text = serde_json::to_vec(&rules).map_err(std::io::Error::from);
        let spec = text
            .and_then(|text| self.folder.write(NETWORK_STAGE, &text, self.user))
            .map_err(doing("write the desktop's files"))?;
        let start = || stage::start(&nen, &spec, self.user, log.try_clone()?, log.try_clone()?);
        let (socket, process) = start().map_err(doing("start a stage"))?;
        record.outer = Some(process.id());
        report::write(self.folder, record)?;
        let mut stage = Stage::send(socket, &[init.as_fd()]).map_err(|failure| self.no(failure))?;
        let outside = Outside {
            nen: &nen,
            folder: self.folder,
            user: self.user,
            host_loopback: !self.config.expose_host_ports.is_empty(),
        };
        let (target, orders) = (init.id().pid, plan.orders.as_ref());
        outside
            .come_up(record, &mut stage, target, orders, life)
            .await?;
        process.exited().await;
        record.outer = None;
        report::write(self.folder, record)
    }

    fn no(&self, failure: StageFailure) -> DriverError {
        report::stage_failed(self.folder, failure)
    }
}
