//! Ending a desktop wholly, by what was written down about it.

use std::io;
use std::time::Duration;

use rustix::process::Signal;

use super::doing;
use super::folder::{DESKTOP_LOG, Folder, Record};
use crate::DriverError;
use nen_host::{Exit, Limits, Process, children, tree_of};

/// Time for killed processes to be gone.
const DEADLINE: Duration = Duration::from_secs(20);

/// Ends every process of a desktop, removes its cgroups, and forgets what was written down about them. Fine when nothing is
/// there.
pub(crate) async fn end(folder: &Folder) -> Result<(), DriverError> {
    let Some(record) = folder.record() else {
        return Ok(());
    };
    processes(&record).await?;
    forget(folder)
}

/// Forgets what was written down about a desktop's processes: there is nothing of them any more.
pub(crate) fn forget(folder: &Folder) -> Result<(), DriverError> {
    folder
        .forget_record()
        .map_err(doing("forget the desktop's processes"))
}

/// Ends every process that was written down, and removes their cgroups.
pub(crate) async fn processes(record: &Record) -> Result<(), DriverError> {
    let mut doomed = Vec::new();
    // One that has ended is among them when it is ours: it stays in the process table until it is waited for.
    if let Some(outer) = record.outer.and_then(Process::find_or_ended) {
        // While it stands still it cannot start the sandbox's first process behind our back.
        outer
            .signal(Signal::STOP)
            .map_err(doing("stop a process"))?;
        doomed.extend(
            children(outer.id().pid)
                .into_iter()
                .filter_map(|pid| Process::open(pid).ok()),
        );
        doomed.push(outer);
    }
    for part in [record.init, record.network, record.guard] {
        doomed.extend(part.and_then(Process::find_or_ended));
    }
    if let Some(group) = &record.group {
        doomed.extend(
            group
                .members()
                .into_iter()
                .filter_map(|pid| Process::open(pid).ok()),
        );
    }
    for process in &doomed {
        process
            .signal(Signal::KILL)
            .map_err(doing("kill a process"))?;
    }
    if let Some(group) = &record.group {
        // What the first version's freezer holds dies only when it is let go.
        let _ = group.thaw().await;
    }
    let all = async {
        for process in &doomed {
            process.exited().await;
        }
    };
    if tokio::time::timeout(DEADLINE, all).await.is_err() {
        return Err(DriverError::Host(
            "a desktop's processes did not end when killed".to_owned(),
        ));
    }
    if let Some(group) = &record.group {
        group
            .remove()
            .await
            .map_err(doing("remove the desktop's cgroup"))?;
    }
    Ok(())
}

/// Why a desktop has ended, from what it left.
pub(crate) fn reason(folder: &Folder, exit: Exit, out_of_memory: bool, limits: Limits) -> String {
    if out_of_memory {
        return format!(
            "it ran out of memory: its limit is {} MiB",
            limits.memory_mb
        );
    }
    let tail = folder.log_tail(DESKTOP_LOG);
    let log = if tail.is_empty() {
        String::new()
    } else {
        format!(" (its log ends with: {tail})")
    };
    match exit {
        Exit::Status(137) | Exit::Signal(9) => "its programs were killed from outside".to_owned(),
        Exit::Status(status) => format!("its controller ended with status {status}{log}"),
        Exit::Signal(signal) => {
            format!("its controller was ended by signal {signal}{log}")
        }
        Exit::Unknown => format!("its programs have ended{log}"),
    }
}

/// Stops or continues every process of a sandbox one by one, where there is no cgroup to do it at once. What is started
/// meanwhile is found the next time.
pub(crate) fn signal_all(init: i32, signal: Signal) -> io::Result<()> {
    let mut seen = Vec::new();
    loop {
        let found = tree_of(init);
        let new: Vec<i32> = found
            .into_iter()
            .filter(|pid| !seen.contains(pid))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        for pid in new {
            if let Ok(process) = Process::open(pid) {
                process.signal(signal)?;
            }
            seen.push(pid);
        }
    }
}
