//! Watching a running desktop for its end.

use std::sync::Arc;
use std::time::Duration;

use nen_host::{Exit, Limits, Process};
use rustix::process::Signal;

use super::end;
use super::folder::{Folder, GUARD_LOG, NETWORK_LOG, Record};
use super::run_folder::RunFolder;
use crate::BoxFuture;

/// How often a desktop's logs are looked at for their length: what it prints lands on the host's disk, as fast as that is.
const LOG_CHECK: Duration = Duration::from_secs(1);

/// What works outside ends with the desktop, and may be gone before the desktop's own first process is seen to be: it has
/// to take down all others before. One that lives on for so long was left alone.
const GOES_ALONG: Duration = Duration::from_millis(500);

/// How a desktop's controller ends, as who started it is told.
pub(crate) struct Controller {
    /// Ready when it has ended, perhaps without being known how.
    pub exit: BoxFuture<'static, Exit>,
    /// Whether the kernel has ended a process of the desktop for want of memory; asked when it has ended.
    pub out_of_memory: BoxFuture<'static, bool>,
}

/// The processes of a running desktop.
pub(crate) struct Watch {
    folder: Folder,
    run: Arc<RunFolder>,
    limits: Limits,
    init: Process,
    controller: Controller,
    outside: Vec<Outside>,
}

/// A process outside of the desktop that its network needs.
struct Outside {
    what: &'static str,
    log: &'static str,
    /// None: it is gone already.
    process: Option<Process>,
}

impl Watch {
    /// Finds the processes of a desktop. None: it does not run.
    pub fn begin(
        folder: &Folder,
        record: &Record,
        limits: Limits,
        controller: Controller,
    ) -> Option<Self> {
        let init = record.init.and_then(Process::find)?;
        let run = match RunFolder::open(&init) {
            Ok(run) => run,
            Err(_) if init.is_over() => return None,
            Err(error) => {
                let folder = folder.root.display();
                tracing::error!(%folder, %error, "The run folder of a desktop cannot be opened");
                return None;
            }
        };
        let outside = [
            ("carries", NETWORK_LOG, record.network),
            ("guards", GUARD_LOG, record.guard),
        ];
        let outside = outside.into_iter().filter_map(|(what, log, id)| {
            let process = Process::find(id?);
            Some(Outside { what, log, process })
        });
        Some(Self {
            run: Arc::new(run),
            controller,
            outside: outside.collect(),
            folder: folder.clone(),
            limits,
            init,
        })
    }

    /// Where its controller is reached.
    pub fn run_folder(&self) -> Arc<RunFolder> {
        Arc::clone(&self.run)
    }

    /// Waits until the desktop has ended, and says why. Ends what is left of it.
    pub async fn ended(mut self) -> String {
        let mut lost = None;
        let mut tick = tokio::time::interval(LOG_CHECK);
        let exit = loop {
            tokio::select! {
                biased;
                exit = &mut self.controller.exit => break exit,
                _ = self.init.exited() => break self.controller.exit.await,
                reason = lacks_outside(&self.outside, &self.folder) => {
                    if tokio::time::timeout(GOES_ALONG, self.init.exited()).await.is_err() {
                        lost = Some(reason);
                        let _ = self.init.signal(Signal::KILL);
                    }
                    break self.controller.exit.await;
                }
                _ = tick.tick() => { let _ = self.folder.bound_logs(); }
            }
        };
        // What a controller that was killed has started goes with it. One that has ended already is fine.
        let _ = self.init.signal(Signal::KILL);
        self.init.exited().await;
        for process in self.outside.iter().filter_map(|part| part.process.as_ref()) {
            // It ends with the sandbox, but not while it is paused; waiting takes it out of the process table.
            let _ = process.signal(Signal::KILL);
            process.exited().await;
        }
        let out_of_memory = self.controller.out_of_memory.await;
        // What works outside ends when the desktop does, perhaps a moment before that is seen.
        match lost {
            Some(reason) if was_killed(exit) && !out_of_memory => reason,
            _ => self
                .run
                .exit_reason()
                .unwrap_or_else(|| end::reason(&self.folder, exit, out_of_memory, self.limits)),
        }
    }
}

/// Waits until something that its network needs is gone: nothing would be carried, resolved or reported any more.
async fn lacks_outside(outside: &[Outside], folder: &Folder) -> String {
    let gone = outside.iter().map(|part| {
        Box::pin(async move {
            if let Some(process) = &part.process {
                process.exited().await;
            }
            let said = match folder.log_tail(part.log) {
                said if said.is_empty() => said,
                said => format!(" (its log ends with: {said})"),
            };
            format!("what {} its network has ended{said}", part.what)
        })
    });
    let gone: Vec<_> = gone.collect();
    if gone.is_empty() {
        return std::future::pending().await;
    }
    futures_util::future::select_all(gone).await.0
}

fn was_killed(exit: Exit) -> bool {
    matches!(exit, Exit::Status(137) | Exit::Signal(9) | Exit::Unknown)
}
