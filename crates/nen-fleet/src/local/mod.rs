//! Desktops on this machine: each one a process tree in namespaces of its own.
//!
//! ```text
//! nen serve ─┬─ nen sandbox … ─→ bwrap ── nen desktopd ── Xvnc, window manager, programs
//!            ├─ nen sandbox … ─→ slirp4netns   (in the host's network, one for each desktop)
//!            └─ nen sandbox … ─→ nen egress    (there, too, for a desktop that may reach what a list names)
//! ```
//!
//! Desktops outlive the server when it is killed; [`Driver::adopt`] finds them again by what each desktop's folder says.

mod config;
mod data;
mod dial;
mod disks;
mod end;
mod folder;
mod guard;
mod image;
mod launch;
mod preflight;
mod probe;
mod remove;
mod run_folder;
mod sandbox;
mod unclaimed;
mod watch;

use std::sync::Arc;

pub use config::LocalConfig;

use rustix::process::Signal;

use crate::{Adopted, BoxFuture, Check, DesktopSpec, Driver, DriverError, Instance, Known};
use data::Data;
use folder::{Folder, Record};
use launch::{Launch, doing};
use nen_host::{Exit, Limits, Mode, Process, Usage, in_namespace_of};
use watch::Watch;

/// A desktop that nobody waits for gets this part of the usual share of the processor.
const BACKGROUND: u64 = 10;

/// Runs desktops on this machine with bubblewrap.
#[derive(Debug)]
pub struct LocalDriver {
    config: LocalConfig,
    data: Data,
    mode: Mode,
}

impl LocalDriver {
    /// Prepares the data folder and takes its lock, so that no two servers share it. Blocks for a moment.
    ///
    /// # Errors
    /// When the folder cannot be made, is in use by another server, or cannot be reached by the unprivileged users that
    /// desktops run as.
    pub fn new(config: LocalConfig) -> Result<Self, DriverError> {
        let data = Data::open(&config)?;
        Ok(Self {
            data,
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
        let record = self.data.folder(id)?.record().ok_or(DriverError::Gone)?;
        if let Some(group) = &record.group {
            group
                .set_cpu_weight(self.limits(false).cpu_weight)
                .map_err(doing("change the desktop's share of the processor"))?;
        }
        self.data
            .unclaimed
            .remove(id)
            .map_err(doing("write down that the desktop is somebody's"))
    }

    async fn launch(&self, spec: &DesktopSpec) -> Result<Instance, DriverError> {
        let folder = self.data.folder(&spec.id)?;
        end::end(&folder).await?;
        if spec.unclaimed {
            self.data
                .unclaimed
                .add(&spec.id)
                .map_err(doing("write down that the desktop is nobody's"))?;
        }
        let disk = self.data.disks.of(&spec.id, &folder).await?;
        let user = self.data.make(&folder, disk.is_some())?;
        let launch = Launch {
            config: &self.config,
            image: &self.data.image,
            mode: &self.mode,
            group: self.data.group(&spec.id),
            limits: self.limits(spec.unclaimed),
            folder: &folder,
            user,
            disk: disk.as_deref(),
            spec,
        };
        let error = match launch.run().await {
            Ok(record) => match self.instance(&folder, &record) {
                Some(instance) => return Ok(instance),
                None => DriverError::Start("it ended right after its start".to_owned()),
            },
            Err(error) => error,
        };
        if let Err(left) = end::end(&folder).await {
            tracing::error!(desktop = spec.id, error = %left, "Could not clean up after a failed start");
        }
        Err(error)
    }

    /// The running desktop that a record describes, if it still runs.
    fn instance(&self, folder: &Folder, record: &Record) -> Option<Instance> {
        let watch = Watch::begin(folder, record, self.limits(false))?;
        let owner = record
            .user
            .unwrap_or_else(|| rustix::process::geteuid().as_raw());
        let dial = Arc::new(dial::SocketDial {
            folder: watch.run_folder(),
            owner,
        });
        Some(Instance {
            dial,
            ended: Box::pin(watch.ended()),
            denied: record.guard.and_then(|_| guard::reports(folder)),
        })
    }

    async fn set_paused(&self, id: &str, paused: bool) -> Result<bool, DriverError> {
        let folder = self.data.folder(id)?;
        let Some(mut record) = folder.record() else {
            return Ok(false);
        };
        let Some(init) = record.init.and_then(Process::find) else {
            return Ok(false);
        };
        // Before the fact when pausing and after it when not: a server that comes after this one must not take a
        // desktop for running that cannot answer.
        if paused {
            record.paused = true;
            folder
                .write_record(&record)
                .map_err(doing("write down the desktop's state"))?;
        }
        let by_group = match &record.group {
            Some(group) if paused => group.freeze().await,
            Some(group) => group.thaw().await,
            None => Ok(false),
        };
        if !by_group.map_err(doing("pause or resume the desktop's cgroup"))? {
            let signal = if paused { Signal::STOP } else { Signal::CONT };
            end::signal_all(init.id().pid, signal)
                .map_err(doing("pause or resume the desktop's processes"))?;
        }
        if !paused {
            record.paused = false;
            folder
                .write_record(&record)
                .map_err(doing("write down the desktop's state"))?;
        }
        Ok(true)
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
        Box::pin(async { self.data.known() })
    }

    fn start<'a>(&'a self, spec: &'a DesktopSpec) -> BoxFuture<'a, Result<Instance, DriverError>> {
        Box::pin(self.launch(spec))
    }

    fn claim<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move { self.claim(id) })
    }

    fn adopt<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Adopted> {
        Box::pin(async move {
            let Ok(folder) = self.data.folder(id) else {
                return Adopted::Stopped;
            };
            // Whoever adopts it has it written down as somebody's; where a power cut brought this back, it is wrong.
            if let Err(error) = self.data.unclaimed.remove(id) {
                tracing::error!(desktop = id, error = %error, "Could not write down that a desktop is somebody's");
            }
            let Some(record) = folder.record() else {
                return Adopted::Stopped;
            };
            if record.is_of_earlier_start() {
                // It ended with the machine, as it would have with the server's own end.
                return Adopted::Stopped;
            }
            match self.instance(&folder, &record) {
                Some(instance) => Adopted::Alive {
                    instance,
                    paused: record.paused,
                },
                None if record.init.is_none() => {
                    Adopted::Lost("the server ended while it was being started".to_owned())
                }
                None => {
                    let (group, limits) = (record.group.as_ref(), self.limits(false));
                    let why = end::reason(&folder, Exit::Unknown, group, limits);
                    Adopted::Lost(format!("it ended while the server was not running: {why}"))
                }
            }
        })
    }

    fn pause<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move {
            if self.set_paused(id, true).await? {
                Ok(())
            } else {
                Err(DriverError::Gone)
            }
        })
    }

    fn resume<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, DriverError>> {
        Box::pin(self.set_paused(id, false))
    }

    fn usage<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Option<Usage>> {
        Box::pin(async move {
            let folder = self.data.folder(id).ok()?;
            let measured = tokio::task::spawn_blocking(move || {
                let record = folder.record()?;
                let init = record.init?;
                Some(match &record.group {
                    Some(group) => group.usage(),
                    None => Usage::of_processes(&in_namespace_of(init.pid)),
                })
            });
            measured.await.ok().flatten()
        })
    }

    fn stop<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move { end::end(&self.data.folder(id)?).await })
    }

    fn destroy<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async move {
            let folder = self.data.folder(id)?;
            end::end(&folder).await?;
            // So that whoever finds what this leaves when it is interrupted may finish it.
            self.data
                .unclaimed
                .add(id)
                .map_err(doing("write down that the desktop is nobody's"))?;
            // Before its folder, which is what a server that comes after this one knows it by.
            self.data.disks.remove(id)?;
            let removed = tokio::task::spawn_blocking(move || remove::tree(&folder.root)).await;
            removed
                .map_err(io_other)
                .and_then(|done| done)
                .map_err(doing("remove the desktop's folder"))?;
            self.data
                .unclaimed
                .remove(id)
                .map_err(doing("forget that the desktop was nobody's"))
        })
    }
}

fn io_other(error: tokio::task::JoinError) -> std::io::Error {
    std::io::Error::other(error)
}
