//! What drivers share whose desktops run on this machine: a folder for each desktop, what is written down about its
//! processes, how its controller is reached, its network, its end.
//!
//! Desktops outlive the server when it is killed; [`Machine::adopt`] finds them again by what each desktop's folder says.

pub(crate) mod checks;
pub(crate) mod data;
mod dial;
pub(crate) mod end;
pub(crate) mod folder;
mod guard;
pub(crate) mod image;
pub(crate) mod network;
pub(crate) mod program;
pub(crate) mod remove;
pub(crate) mod report;
pub(crate) mod run_folder;
pub(crate) mod socket;
mod unclaimed;
pub(crate) mod watch;

use std::io;
use std::sync::Arc;

use rustix::process::Signal;

use crate::{Adopted, BoxFuture, DriverError, Instance};
use data::{Data, Users};
use folder::{Folder, Record};
use nen_host::{Exit, Limits, Process, Usage, tree_of};
use watch::{Controller, Watch};

/// The desktops of one data folder.
#[derive(Debug)]
pub(crate) struct Machine {
    pub data: Data,
}

impl Machine {
    /// Takes the data folder's lock and prepares the folder. Blocks for a moment.
    pub fn open(
        data_dir: &std::path::Path,
        nen_bin: &std::path::Path,
        users: Users,
    ) -> Result<Self, DriverError> {
        Data::open(data_dir, nen_bin, users).map(|data| Self { data })
    }

    /// Finds a desktop's folder for a start, and writes down whose the desktop is before there is anything of it.
    pub fn begin(&self, id: &str, unclaimed: bool) -> Result<Folder, DriverError> {
        let folder = self.data.folder(id)?;
        match unclaimed {
            true => self.is_nobodys(id)?,
            // It may have been nobody's for want of a driver that could remove it.
            false => self.is_claimed(id)?,
        }
        Ok(folder)
    }

    /// The running desktop that a record describes, if it still runs.
    pub fn instance(
        &self,
        folder: &Folder,
        record: &Record,
        limits: Limits,
        controller: Controller,
    ) -> Option<Instance> {
        let watch = Watch::begin(folder, record, limits, controller)?;
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

    /// Writes down that a desktop is nobody's.
    pub fn is_nobodys(&self, id: &str) -> Result<(), DriverError> {
        self.data
            .unclaimed
            .add(id)
            .map_err(doing("write down that the desktop is nobody's"))
    }

    /// Writes down that a desktop is somebody's.
    pub fn is_claimed(&self, id: &str) -> Result<(), DriverError> {
        self.data
            .unclaimed
            .remove(id)
            .map_err(doing("write down that the desktop is somebody's"))
    }

    /// Takes over a desktop that an earlier server process started. `controller` may be asked for twice.
    pub async fn adopt(
        &self,
        id: &str,
        limits: Limits,
        controller: impl Fn(&Record) -> Controller,
    ) -> Adopted {
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
        if record.stopped || record.is_of_earlier_start() {
            // With the machine it ended as it would have with the server's own end.
            return Adopted::Stopped;
        }
        match self.instance(&folder, &record, limits, controller(&record)) {
            Some(instance) => Adopted::Alive {
                instance,
                paused: record.paused,
            },
            None if record.init.is_none() => {
                Adopted::Lost("the server ended while it was being started".to_owned())
            }
            None => {
                let out_of_memory = controller(&record).out_of_memory.await;
                let why = end::reason(&folder, Exit::Unknown, out_of_memory, limits);
                Adopted::Lost(format!("it ended while the server was not running: {why}"))
            }
        }
    }

    /// Stops a desktop's processes where they are, or lets them go on: by what is given for it, else by its
    /// cgroup, else one by one. `Ok(false)`: there are none.
    pub async fn set_paused(
        &self,
        id: &str,
        paused: bool,
        by: Option<BoxFuture<'_, Result<(), DriverError>>>,
    ) -> Result<bool, DriverError> {
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
        let done = match by {
            Some(by) => by.await.map(|()| true),
            None => freeze(&record, paused).await,
        };
        if done.is_err() && paused {
            record.paused = false;
            folder
                .write_record(&record)
                .map_err(doing("write down the desktop's state"))?;
        }
        if !done? {
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

    /// What a desktop's programs take. None: none run.
    pub async fn usage(&self, id: &str) -> Option<Usage> {
        let folder = self.data.folder(id).ok()?;
        let measured = tokio::task::spawn_blocking(move || {
            let record = folder.record()?;
            let init = record.init?;
            Some(match &record.group {
                Some(group) => group.usage(),
                None => Usage::of_processes(&tree_of(init.pid)),
            })
        });
        measured.await.ok().flatten()
    }

    /// Removes the folder of a desktop whose processes have ended. `before` goes first: what the folder is known by.
    pub async fn remove(
        &self,
        id: &str,
        before: impl FnOnce() -> Result<(), DriverError>,
    ) -> Result<(), DriverError> {
        let folder = self.data.folder(id)?;
        // So that whoever finds what this leaves when it is interrupted may finish it.
        self.is_nobodys(id)?;
        before()?;
        let removed = tokio::task::spawn_blocking(move || remove::tree(&folder.root)).await;
        removed
            .map_err(io_other)
            .and_then(|done| done)
            .map_err(doing("remove the desktop's folder"))?;
        self.data
            .unclaimed
            .remove(id)
            .map_err(doing("forget that the desktop was nobody's"))
    }
}

/// Freezes a desktop's cgroup or lets it go on. `Ok(false)`: it has none that can.
async fn freeze(record: &Record, paused: bool) -> Result<bool, DriverError> {
    let done = match &record.group {
        Some(group) if paused => group.freeze().await,
        Some(group) => group.thaw().await,
        None => Ok(false),
    };
    done.map_err(doing("pause or resume the desktop's cgroup"))
}

/// Names what was being done when the system refused.
pub(crate) fn doing(what: &'static str) -> impl Fn(io::Error) -> DriverError {
    move |source| DriverError::Io {
        what: format!("could not {what}"),
        source,
    }
}

pub(crate) fn io_other(error: tokio::task::JoinError) -> io::Error {
    io::Error::other(error)
}
