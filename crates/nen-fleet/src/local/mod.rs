//! Desktops on this machine: each one a process tree in namespaces of its own.
//!
//! ```text
//! nen serve ─┬─ nen sandbox … ─→ bwrap ── nen desktopd ── Xvnc, window manager, programs
//!            ├─ nen sandbox … ─→ slirp4netns   (in the host's network, one for each desktop)
//!            └─ nen sandbox … ─→ nen egress    (there, too, for a desktop that may reach what a list names)
//! ```

mod config;
mod disks;
mod launch;
mod preflight;
mod probe;
mod sandbox;

pub use config::{FIRST_USER, LocalConfig};

use crate::machine::data::Users;
use crate::machine::folder::Record;
use crate::machine::watch::Controller;
use crate::machine::{Machine, doing, end};
use crate::{Adopted, BoxFuture, Check, DesktopSpec, Driver, DriverError, Instance, Known};
use disks::Disks;
use launch::Launch;
use nen_host::{Exit, Limits, Mode, Process, Usage};

/// A desktop that nobody waits for gets this part of the usual share of the processor.
const BACKGROUND: u64 = 10;

/// Runs desktops on this machine with bubblewrap.
#[derive(Debug)]
pub struct LocalDriver {
    config: LocalConfig,
    machine: Machine,
    /// Where the files of desktops are kept whose size is limited.
    disks: Disks,
    mode: Mode,
}

impl LocalDriver {
    /// Prepares the data folder and takes its lock, so that no two servers share it. Blocks for a moment.
    ///
    /// # Errors
    /// When the folder cannot be made, is in use by another server, or cannot be reached by the unprivileged users that
    /// desktops run as.
    pub fn new(config: LocalConfig) -> Result<Self, DriverError> {
        let users = match rustix::process::geteuid().is_root() {
            true => Users::Own(config.first_uid),
            false => Users::Mine,
        };
        let machine = Machine::open(&config.data_dir, &config.nen_bin, users)?;
        let data = &machine.data;
        Ok(Self {
            disks: Disks::open(data.base(), data.desktops(), &config)?,
            machine,
            mode: Mode::detect(),
            config,
        })
    }

    /// The checks of [`Driver::preflight`] without the data folder's lock, for `nen doctor`.
    pub async fn checks(config: &LocalConfig) -> Vec<Check> {
        preflight::checks(config, &Mode::detect()).await
    }

    fn limits(&self, unclaimed: bool) -> Limits {
        let part = if unclaimed { BACKGROUND } else { 1 };
        Limits {
            memory_mb: self.config.memory_limit_mb,
            processes: self.config.process_limit,
            cpu_weight: (self.config.cpu_weight / part).max(1),
        }
    }

    fn claim(&self, id: &str) -> Result<(), DriverError> {
        let folder = self.machine.data.folder(id)?;
        let record = folder.record().ok_or(DriverError::Gone)?;
        if let Some(group) = &record.group {
            group
                .set_cpu_weight(self.limits(false).cpu_weight)
                .map_err(doing("change the desktop's share of the processor"))?;
        }
        self.machine.is_claimed(id)
    }

    async fn launch(&self, spec: &DesktopSpec) -> Result<Instance, DriverError> {
        end::end(&self.machine.data.folder(&spec.id)?).await?;
        let folder = self.machine.begin(&spec.id, spec.unclaimed)?;
        let disk = self.disks.of(&spec.id, &folder).await?;
        let user = self.machine.data.make(&folder, disk.is_some())?;
        let launch = Launch {
            config: &self.config,
            image: &self.machine.data.image,
            mode: &self.mode,
            group: self.machine.data.group(&spec.id),
            limits: self.limits(spec.unclaimed),
            folder: &folder,
            user,
            disk: disk.as_deref(),
            spec,
        };
        let error = match launch.run().await {
            Ok(record) => {
                match self.machine.instance(
                    &folder,
                    &record,
                    self.limits(false),
                    controller(&record),
                ) {
                    Some(instance) => return Ok(instance),
                    None => DriverError::Start("it ended right after its start".to_owned()),
                }
            }
            Err(error) => error,
        };
        if let Err(left) = end::end(&folder).await {
            tracing::error!(desktop = spec.id, error = %left, "Could not clean up after a failed start");
        }
        Err(error)
    }
}

impl Driver for LocalDriver {
    fn name(&self) -> &'static str {
        "local"
    }

    fn preflight(&self) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(preflight::checks(&self.config, &self.mode))
    }

    fn known(&self) -> BoxFuture<'_, Result<Vec<Known>, DriverError>> {
        Box::pin(async { self.machine.data.known() })
    }

    fn start<'a>(&'a self, spec: &'a DesktopSpec) -> BoxFuture<'a, Result<Instance, DriverError>> {
        Box::pin(self.launch(spec))
    }

    fn claim<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move { self.claim(id) })
    }

    fn adopt<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Adopted> {
        Box::pin(self.machine.adopt(id, self.limits(false), controller))
    }

    fn pause<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move {
            if self.machine.set_paused(id, true, None).await? {
                Ok(())
            } else {
                Err(DriverError::Gone)
            }
        })
    }

    fn resume<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, DriverError>> {
        Box::pin(self.machine.set_paused(id, false, None))
    }

    fn usage<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Option<Usage>> {
        Box::pin(self.machine.usage(id))
    }

    fn stop<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move { end::end(&self.machine.data.folder(id)?).await })
    }

    fn destroy<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move {
            end::end(&self.machine.data.folder(id)?).await?;
            // Before its folder, which is what a server that comes after this one knows it by.
            self.machine.remove(id, || self.disks.remove(id)).await
        })
    }
}

/// Bubblewrap ends with the controller, whose status it has. The sandbox's first process only waits for all others.
fn controller(record: &Record) -> Controller {
    let (outer, group) = (record.outer.and_then(Process::find), record.group.clone());
    // Where nobody is left to tell, it is the first process that is waited for.
    let init = record.init.and_then(Process::find);
    Controller {
        exit: Box::pin(async move {
            match (outer, init) {
                (Some(outer), _) => outer.exited().await,
                (None, Some(init)) => {
                    init.exited().await;
                    Exit::Unknown
                }
                (None, None) => Exit::Unknown,
            }
        }),
        out_of_memory: Box::pin(
            async move { group.is_some_and(|group| group.out_of_memory() > 0) },
        ),
    }
}
