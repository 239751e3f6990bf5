use std::fs;

use rustix::process::{Pid, Signal, kill_process};

/// A process of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id, as this machine counts.
    pub pid: i32,
    /// Its short name.
    pub name: String,
    /// Its command line, separated by blanks.
    pub command: String,
}

impl Process {
    /// A file of it below `/proc`.
    pub fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.pid)).unwrap_or_default()
    }

    /// A line of its `status`, without the name: `status("Uid")`.
    pub fn status(&self, field: &str) -> String {
        let status = self.proc("status");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        line.unwrap_or_default().trim().to_owned()
    }

    /// The identity of a namespace: `namespace("net")`.
    pub fn namespace(&self, kind: &str) -> String {
        let link = fs::read_link(format!("/proc/{}/ns/{kind}", self.pid));
        link.map(|path| path.display().to_string())
            .unwrap_or_default()
    }

    /// Ends it at once.
    pub fn kill(&self) {
        kill_process(Pid::from_raw(self.pid).unwrap(), Signal::KILL).unwrap();
    }
}

/// Every process that has to do with a path or a desktop's id: by its command line, by what is mounted for it, or because
/// its parent has. (Chromium's renderers stand in an empty folder and see no mounts at all.)
pub fn processes_with(what: &str) -> Vec<Process> {
    let mut found = Vec::new();
    let mentions = |process: &Process| {
        // A container engine's own, which go a moment after the container.
        let engine = std::env::var_os("NEN_CONTAINER_SOCKET").is_some();
        if engine && ["conmon", "podman"].contains(&process.name.as_str()) {
            return false;
        }
        process.command.contains(what) || shows(&process.proc("mountinfo"), what)
    };
    let (mut fresh, mut rest): (Vec<_>, Vec<_>) = everybody()
        .into_iter()
        .partition(|(process, _)| mentions(process));
    while !fresh.is_empty() {
        let parents: Vec<i32> = fresh.iter().map(|(process, _)| process.pid).collect();
        found.extend(fresh.into_iter().map(|(process, _)| process));
        (fresh, rest) = rest
            .into_iter()
            .partition(|(_, parent)| parents.contains(parent));
    }
    found.sort_by_key(|process| process.pid);
    found
}

/// Whether something of this name is mounted there, by a process's `mountinfo`. Where it is mounted says nothing: a sandbox that
/// is being made has all mounts of this machine for a moment, those of other tests among them.
fn shows(mounts: &str, what: &str) -> bool {
    let mut sources = mounts.lines().filter_map(|line| line.split(' ').nth(3));
    sources.any(|source| source.contains(what))
}

/// All processes but this one, with their parents.
fn everybody() -> Vec<(Process, i32)> {
    let own = i32::try_from(std::process::id()).unwrap();
    let pids = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| *pid != own)
        .filter_map(|pid: i32| {
            let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
            let process = Process {
                pid,
                name: fs::read_to_string(format!("/proc/{pid}/comm"))
                    .ok()?
                    .trim()
                    .to_owned(),
                command: String::from_utf8_lossy(&command)
                    .replace('\0', " ")
                    .trim()
                    .to_owned(),
            };
            let parent = process.status("PPid").parse().ok()?;
            Some((process, parent))
        })
        .collect()
}
