//! Desktops as containers of an engine on this machine, by the Docker API, as rootless Podman speaks it.
//!
//! ```text
//! nen serve ─── engine ─→ container: nen contained ── nen desktopd ── Xvnc, window manager, programs
//!           ├─ nen sandbox … ─→ slirp4netns   (in the host's network, one for each desktop)
//!           └─ nen sandbox … ─→ nen egress    (there, too, for a desktop that may reach what a list names)
//! ```
//!
//! The engine makes the walls: namespaces, a read-only root, its filter of system calls. What a desktop may reach is the same
//! code as for [`crate::local`]: its container has no network of the engine's, and ours is attached to it from outside. So
//! are its files, its controller's socket, and what is written down about it for a server that comes after this one.

mod config;
mod engine;
mod launch;
mod preflight;
mod template;

pub use config::{ContainerConfig, IMAGE};
pub use engine::owner as engine_owner;

use std::path::PathBuf;
use std::time::Duration;

use nen_host::{Exit, Limits, Mode, Process, Usage};
use rustix::process::geteuid;

use crate::machine::data::Users;
use crate::machine::folder::{Record, boot};
use crate::machine::watch::Controller;
use crate::machine::{Machine, doing, end, remove};
use crate::{Adopted, BoxFuture, Check, DesktopSpec, Driver, DriverError, Instance, Known};
use engine::{Engine, Facts};
use launch::Launch;

/// Time for the engine to say how a container ended whose processes are gone.
const LAST_WORD: Duration = Duration::from_secs(5);

/// A desktop's share of the processor.
const USUAL: u64 = 100;

/// That of a desktop that nobody waits for, where the groups are ours.
const BACKGROUND: u64 = 10;

/// Runs desktops as containers.
#[derive(Debug)]
pub struct ContainerDriver {
    config: ContainerConfig,
    machine: Machine,
    engine: Engine,
    /// The engine limits memory and processes, since we cannot.
    by_engine: bool,
    mode: Mode,
}

impl ContainerDriver {
    /// Prepares the data folder and takes its lock, so that no two servers share it; asks the engine about itself.
    ///
    /// # Errors
    /// When nobody answers at the socket, the engine is root's or another user's, or the data folder cannot be made, is in
    /// use by another server, or cannot be reached by the engine's user.
    pub async fn new(config: ContainerConfig) -> Result<Self, DriverError> {
        let socket = &config.socket;
        let user = engine::owner(socket).map_err(|error| {
            DriverError::Host(format!(
                "no container engine answers at {}: {error}",
                socket.display()
            ))
        })?;
        let users = match (geteuid().as_raw(), user) {
            (_, 0) => {
                return Err(DriverError::Host(format!(
                    "the container engine at {} runs as root: desktops are for a rootless one",
                    socket.display()
                )));
            }
            (mine, theirs) if mine == theirs => Users::Mine,
            (0, _) => Users::One(user),
            (_, theirs) => {
                return Err(DriverError::Host(format!(
                    "the container engine at {} is that of user {theirs}: run the server as that user",
                    socket.display()
                )));
            }
        };
        let engine = Engine::new(socket)?;
        let machine = Machine::open(&config.data_dir, &config.nen_bin, users)?;
        let (mode, by_engine) = limits(&engine.facts().await?);
        let driver = Self {
            mode,
            by_engine,
            engine,
            machine,
            config,
        };
        driver.remove_left().await;
        Ok(driver)
    }

    /// The checks of [`Driver::preflight`] without the data folder's lock, for `nen doctor`.
    pub async fn checks(config: &ContainerConfig) -> Vec<Check> {
        preflight::checks(config).await
    }

    fn limits(&self, unclaimed: bool) -> Limits {
        Limits {
            memory_mb: self.config.memory_limit_mb,
            processes: self.config.process_limit,
            cpu_weight: if unclaimed { BACKGROUND } else { USUAL },
        }
    }

    /// What a desktop's container is called. It is no other server's of the same engine.
    fn name(&self, id: &str) -> String {
        format!("nen.{}", self.machine.data.group(id))
    }

    fn controller(&self, id: &str, record: &Record) -> Controller {
        let (engine, name) = (self.engine.clone(), self.name(id));
        let init = record.init.and_then(Process::find);
        let (asked, called, group) = (engine.clone(), name.clone(), record.group.clone());
        Controller {
            exit: Box::pin(async move {
                // The engine may be away meanwhile: its containers go on without it.
                if let Some(init) = init {
                    init.exited().await;
                }
                let status = tokio::time::timeout(LAST_WORD, engine.status(&name)).await;
                // Below zero: the engine does not know.
                let status = status.ok().flatten().filter(|code| *code >= 0);
                let status = status.and_then(|code| i32::try_from(code).ok());
                status.map_or(Exit::Unknown, Exit::Status)
            }),
            out_of_memory: Box::pin(async move {
                match group {
                    Some(group) => group.out_of_memory() > 0,
                    None => asked.ran_out_of_memory(&called).await,
                }
            }),
        }
    }

    /// By the engine where the limits are its own: only it can stop all of a container at once.
    async fn set_paused(&self, id: &str, paused: bool) -> Result<bool, DriverError> {
        // As it was started, perhaps by a server with other rights.
        let record = self.machine.data.folder(id)?.record();
        let container = record
            .filter(|record| record.by_engine)
            .and_then(|record| record.container);
        let by: Option<BoxFuture<'_, _>> = match &container {
            Some(name) => Some(Box::pin(self.engine.set_paused(name, paused))),
            None => None,
        };
        self.machine.set_paused(id, paused, by).await
    }

    async fn end(&self, id: &str) -> Result<(), DriverError> {
        let folder = self.machine.data.folder(id)?;
        // It is written before the container is made and forgotten after that is gone.
        let Some(record) = folder.record() else {
            return Ok(());
        };
        // An engine would wait for processes that stand still.
        end::processes(&record).await?;
        let stopped = Record {
            boot: boot(),
            user: record.user,
            container: record.container,
            stopped: true,
            ..Record::default()
        };
        // There may be no room for it, of which removing it makes some.
        let noted = folder.write_record(&stopped);
        if let Some(container) = &stopped.container
            && let Err(error) = self.engine.remove(container).await
        {
            noted.map_err(doing("write down that the desktop has ended"))?;
            return Err(error);
        }
        end::forget(&folder)
    }

    /// Removes containers of this data folder that nothing is written down about: the engine may make one that nobody waited
    /// for any more.
    async fn remove_left(&self) {
        let found = match self.engine.desktops_of(self.machine.data.tag()).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "Cannot look for containers that are nobody's");
                return;
            }
        };
        for id in found {
            let known = self.machine.data.folder(&id);
            if known.is_ok_and(|folder| folder.record().is_none()) {
                tracing::warn!(desktop = id, "Removing a container that is nobody's");
                if let Err(error) = self.engine.remove(&self.name(&id)).await {
                    tracing::error!(desktop = id, %error, "It stays");
                }
            }
        }
    }

    async fn launch(&self, spec: &DesktopSpec) -> Result<Instance, DriverError> {
        self.end(&spec.id).await?;
        let folder = self.machine.begin(&spec.id, spec.unclaimed)?;
        self.on_no_disk(&spec.id)?;
        let user = self.machine.data.make(&folder, false)?;
        let launch = Launch {
            config: &self.config,
            engine: &self.engine,
            by_engine: self.by_engine,
            mode: &self.mode,
            group: self.machine.data.group(&spec.id),
            limits: self.limits(spec.unclaimed),
            tag: self.machine.data.tag(),
            image: &self.machine.data.image,
            name: &self.name(&spec.id),
            folder: &folder,
            user,
            spec,
        };
        let error = match launch.run().await {
            Ok(record) => {
                let controller = self.controller(&spec.id, &record);
                let found = self
                    .machine
                    .instance(&folder, &record, self.limits(false), controller);
                match found {
                    Some(instance) => return Ok(instance),
                    None => DriverError::Start("it ended right after its start".to_owned()),
                }
            }
            Err(error) => error,
        };
        if let Err(left) = self.end(&spec.id).await {
            tracing::error!(desktop = spec.id, error = %left, "Could not clean up after a failed start");
        }
        Err(error)
    }

    /// Where the local driver puts a desktop's files as root.
    fn disk(&self, id: &str) -> PathBuf {
        self.machine.data.base().join(format!("disks/{id}.img"))
    }

    /// The local driver may have put its files on a disk, which a container cannot mount: it must not be given empty ones.
    fn on_no_disk(&self, id: &str) -> Result<(), DriverError> {
        let disk = self.disk(id);
        let there = disk
            .try_exists()
            .map_err(doing("look for the desktop's disk"))?;
        match there {
            true => Err(DriverError::Host(format!(
                "the desktop's files are in {}, where only the local driver reaches them",
                disk.display()
            ))),
            false => Ok(()),
        }
    }
}

impl Driver for ContainerDriver {
    fn name(&self) -> &'static str {
        "container"
    }

    fn preflight(&self) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(preflight::checks(&self.config))
    }

    fn known(&self) -> BoxFuture<'_, Result<Vec<Known>, DriverError>> {
        Box::pin(async { self.machine.data.known() })
    }

    fn start<'a>(&'a self, spec: &'a DesktopSpec) -> BoxFuture<'a, Result<Instance, DriverError>> {
        Box::pin(self.launch(spec))
    }

    fn claim<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move {
            let record = self.machine.data.folder(id)?.record();
            if let Some(group) = record.ok_or(DriverError::Gone)?.group {
                group
                    .set_cpu_weight(USUAL)
                    .map_err(doing("change the desktop's share of the processor"))?;
            }
            self.machine.is_claimed(id)
        })
    }

    fn adopt<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Adopted> {
        let controller = |record: &Record| self.controller(id, record);
        Box::pin(self.machine.adopt(id, self.limits(false), controller))
    }

    fn pause<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move {
            match self.set_paused(id, true).await? {
                true => Ok(()),
                false => Err(DriverError::Gone),
            }
        })
    }

    fn resume<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, DriverError>> {
        Box::pin(self.set_paused(id, false))
    }

    fn usage<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Option<Usage>> {
        Box::pin(self.machine.usage(id))
    }

    fn stop<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move {
            let ended = self.end(id).await;
            let folder = self.machine.data.folder(id)?;
            match ended {
                // Its container goes before its next start, or with the desktop.
                Err(error) if folder.record().is_some_and(|record| record.stopped) => {
                    tracing::warn!(desktop = id, %error, "The container of a desktop that has ended stays for now");
                    Ok(())
                }
                ended => ended,
            }
        })
    }

    fn destroy<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move {
            // First, so that whoever finds what this leaves when the engine is away may finish it.
            self.machine.is_nobodys(id)?;
            self.end(id).await?;
            let disk = self.disk(id);
            let no_disk = || remove::file(&disk).map_err(doing("remove the desktop's disk"));
            self.machine.remove(id, no_disk).await
        })
    }
}

/// How desktops are limited, and whether by the engine. As root by us as everywhere: what carries and guards a desktop's
/// network is within its limits then. An ordinary user cannot move a container out of the engine's own groups.
fn limits(facts: &Facts) -> (Mode, bool) {
    let mode = match geteuid().is_root() {
        true => Mode::detect(),
        false => Mode::Rlimits,
    };
    let by_engine = mode == Mode::Rlimits && facts.limits;
    (mode, by_engine)
}
