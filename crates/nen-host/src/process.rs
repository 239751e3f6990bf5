//! Processes by pidfd: the only handle that cannot come to mean another process.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, pidfd_open, pidfd_send_signal, waitid,
};
use serde::{Deserialize, Serialize};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A process as written down: its id alone may be another's by the time it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessId {
    /// In the server's pid namespace.
    pub pid: i32,
    /// Clock ticks between the machine's start and the process's.
    pub started: u64,
}

/// How a process ended, as far as it can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
    /// It was not our child.
    Unknown,
}

/// A process that cannot be mistaken for another.
#[derive(Debug)]
pub struct Process {
    id: ProcessId,
    fd: AsyncFd<OwnedFd>,
}

impl Process {
    /// A process known to exist, such as a child that has not been waited for.
    pub fn open(pid: i32) -> io::Result<Self> {
        let raw = Pid::from_raw(pid).ok_or(io::ErrorKind::InvalidInput)?;
        let fd = pidfd_open(raw, PidfdFlags::NONBLOCK)?;
        let started = start_time(pid)?;
        // SAFETY: an owned descriptor stays the same file for as long as it lives, and nothing here takes it out or
        // replaces it.
        let fd = unsafe { AsyncFd::register_with_interest(fd, Interest::READABLE) }
            .map_err(io::Error::from)?;
        Ok(Self {
            id: ProcessId { pid, started },
            fd,
        })
    }

    /// The process that was written down, if it still runs.
    pub fn find(id: ProcessId) -> Option<Self> {
        Self::find_or_ended(id).filter(|found| !found.is_over())
    }

    /// The process that was written down, if it still runs or nobody has asked yet how it ended.
    pub fn find_or_ended(id: ProcessId) -> Option<Self> {
        let found = Self::open(id.pid).ok()?;
        // The pidfd was opened before the time was read, so both mean the same process or it is gone.
        (found.id == id).then_some(found)
    }

    /// How to write it down.
    pub fn id(&self) -> ProcessId {
        self.id
    }

    /// The process itself (pidfd), for what is done to it by the kernel.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.get_ref().as_fd()
    }

    /// Sends a signal; fine when the process is gone.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        match pidfd_send_signal(self.fd.get_ref(), signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether it has ended, reaped or not.
    pub fn is_over(&self) -> bool {
        let mut fds = [rustix::event::PollFd::new(
            self.fd.get_ref(),
            rustix::event::PollFlags::IN,
        )];
        let now = rustix::event::Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        rustix::event::poll(&mut fds, Some(&now)).is_ok_and(|ready| ready > 0)
    }

    /// Waits for its end and takes it out of the process table when it is our child. Can be called more than once.
    pub async fn exited(&self) -> Exit {
        // The readiness is never cleared: an ended process stays ended.
        if self.fd.readable().await.is_err() {
            return Exit::Unknown;
        }
        match waitid(
            WaitId::PidFd(self.fd.get_ref().as_fd()),
            WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
        ) {
            Ok(Some(status)) => status
                .exit_status()
                .map(Exit::Status)
                .or_else(|| status.terminating_signal().map(Exit::Signal))
                .unwrap_or(Exit::Unknown),
            Ok(None) | Err(_) => Exit::Unknown,
        }
    }
}

/// Processes that a process has started and that still exist.
pub fn children(pid: i32) -> Vec<i32> {
    let read = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    read.map(|text| {
        text.split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect()
    })
    .unwrap_or_default()
}

/// A process and all that it and its children have started, in whatever namespaces they are: browsers make some of their
/// own. Of a sandbox's first process this is all of the sandbox, since orphans become its children.
pub fn tree_of(pid: i32) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let mut others: Vec<(i32, i32)> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok())
        .filter_map(|pid| Some((pid, parent_of(pid)?)))
        .collect();
    if !others.iter().any(|(other, _)| *other == pid) {
        return Vec::new();
    }
    let (mut tree, mut fresh) = (vec![pid], vec![pid]);
    while !fresh.is_empty() {
        let (next, rest): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|(_, parent)| fresh.contains(parent));
        others = rest;
        fresh = next.into_iter().map(|(pid, _)| pid).collect();
        tree.extend(&fresh);
    }
    tree
}

fn parent_of(pid: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    fields_after_name(&stat)?.nth(1)?.parse().ok()
}

/// Threads that a user has on this machine.
pub fn threads_of(user: u32) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter(|entry| entry.metadata().is_ok_and(|found| found.uid() == user))
        .filter_map(|entry| std::fs::read_dir(entry.path().join("task")).ok())
        .map(|threads| u64::try_from(threads.count()).unwrap_or(u64::MAX))
        .sum()
}

fn start_time(pid: i32) -> io::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    parse_start_time(&stat).ok_or_else(|| io::Error::other("no start time in /proc/PID/stat"))
}

/// Field 22.
fn parse_start_time(stat: &str) -> Option<u64> {
    fields_after_name(stat)?.nth(19)?.parse().ok()
}

/// From the third field on. The second is the program's name in brackets and may hold anything, brackets too.
fn fields_after_name(stat: &str) -> Option<std::str::SplitWhitespace<'_>> {
    Some(stat[stat.rfind(')')? + 1..].split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let stat = "42 (a) b) 7) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 20";
        assert_eq!(parse_start_time(stat), Some(777));
        assert_eq!(parse_start_time("42 (cut off"), None);
    }

    #[tokio::test]
    #[expect(clippy::zombie_processes, reason = "waiting for it is what is tested")]
    async fn a_child_is_watched_ended_and_reaped() {
        let child = std::process::Command::new("sleep")
            .arg("600")
            .spawn()
            .unwrap();
        let process = Process::open(child.id().cast_signed()).unwrap();
        assert!(!process.is_over());
        assert!(Process::find(process.id()).is_some());
        process.signal(Signal::KILL).unwrap();
        process.fd.readable().await.unwrap().retain_ready();
        assert!(Process::find(process.id()).is_none());
        assert!(Process::find_or_ended(process.id()).is_some());
        assert_eq!(process.exited().await, Exit::Signal(9));
        assert!(Process::find_or_ended(process.id()).is_none());
        assert_eq!(process.exited().await, Exit::Unknown);
        assert!(Process::find(process.id()).is_none());
    }

    #[tokio::test]
    async fn another_process_under_the_same_id_is_not_taken_for_it() {
        let own = Process::open(std::process::id().cast_signed())
            .unwrap()
            .id();
        assert!(Process::find(own).is_some());
        assert!(
            Process::find(ProcessId {
                started: own.started + 1,
                ..own
            })
            .is_none()
        );
    }
}
