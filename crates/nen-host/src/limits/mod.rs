//! Limits on memory, processes and processor time of a sandbox, by whatever kind of cgroups the host has.

mod usage;
mod v1;
mod v2;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
pub use usage::Usage;
pub use v1::Trees;

/// Name of the folder around all groups.
const FOLDER: &str = "nen";

/// What one sandbox may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// MiB.
    pub memory_mb: u64,
    /// Processes and threads.
    pub processes: u64,
    /// 1 to 10000, 100 is usual.
    pub cpu_weight: u64,
}

/// How this host can limit a sandbox. Found out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// One tree; groups are made beneath this folder.
    V2(PathBuf),
    /// A tree for each controller.
    V1(Trees),
    /// None that this user may use: only resource limits of processes are left.
    Rlimits,
}

/// One sandbox's cgroup, or cgroups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Its folder in the one tree.
    V2(PathBuf),
    /// Its folders in several trees.
    V1(Trees),
}

impl Mode {
    /// Looks at what is mounted and what this user may write to.
    pub fn detect() -> Self {
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let root = Path::new("/sys/fs/cgroup");
        if let Some(parent) = v2::parent(root, &own) {
            return Self::V2(parent);
        }
        let trees = Trees::detect(root, &own);
        if trees.memory.is_some() || trees.pids.is_some() {
            Self::V1(trees)
        } else {
            Self::Rlimits
        }
    }

    /// Where a sandbox's group is, there or not: to be written down before it is made. `None`: this host has no groups for
    /// us.
    pub fn place(&self, id: &str) -> Option<Group> {
        match self {
            Self::Rlimits => None,
            Self::V2(parent) => Some(Group::V2(parent.join(id))),
            Self::V1(parents) => Some(Group::V1(parents.below(id))),
        }
    }

    /// Makes a sandbox's group. `None`: this host has no groups for us.
    pub fn create(&self, id: &str, limits: Limits) -> io::Result<Option<Group>> {
        let make = || match self {
            Self::Rlimits => Ok(None),
            Self::V2(parent) => {
                v2::create(parent, id, limits).map(|folder| Some(Group::V2(folder)))
            }
            Self::V1(parents) => parents
                .create(id, limits)
                .map(|trees| Some(Group::V1(trees))),
        };
        match make() {
            // The folder around it was empty a moment ago and has been removed with the last group in it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(),
            other => other,
        }
    }

    /// Groups whose names begin with `prefix` and that are there now.
    pub fn left_behind(&self, prefix: &str) -> Vec<Group> {
        let below = |parent: &Path| -> Vec<String> {
            let names = fs::read_dir(parent).into_iter().flatten();
            names
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .filter(|name| name.starts_with(prefix))
                .collect()
        };
        match self {
            Self::Rlimits => Vec::new(),
            Self::V2(parent) => below(parent)
                .into_iter()
                .map(|name| Group::V2(parent.join(name)))
                .collect(),
            Self::V1(parents) => {
                let mut names: Vec<String> = parents.all().into_iter().flat_map(below).collect();
                names.sort();
                names.dedup();
                names
                    .iter()
                    .map(|name| Group::V1(parents.below(name)))
                    .collect()
            }
        }
    }

    /// Whether the number of processes is limited by groups.
    pub fn limits_processes(&self) -> bool {
        match self {
            Self::V2(_) => true,
            Self::V1(trees) => trees.pids.is_some(),
            Self::Rlimits => false,
        }
    }

    /// For `nen doctor`.
    pub fn describe(&self) -> String {
        match self {
            Self::V2(parent) => format!("cgroup v2 below {}", parent.display()),
            Self::V1(trees) => format!("cgroup v1: {}", trees.names().join(", ")),
            Self::Rlimits => "no writable cgroup: only process limits hold, not memory".to_owned(),
        }
    }
}

impl Group {
    /// Puts a process in, with all that it starts from now on.
    pub fn attach(&self, pid: i32) -> io::Result<()> {
        self.folders()
            .into_iter()
            .try_for_each(|folder| fs::write(folder.join("cgroup.procs"), pid.to_string()))
    }

    /// Changes its share of the processor, where there are shares.
    pub fn set_cpu_weight(&self, weight: u64) -> io::Result<()> {
        match self {
            Self::V2(folder) => v2::set_cpu_weight(folder, weight),
            Self::V1(trees) => trees.set_cpu_weight(weight),
        }
    }

    /// Stops every process in it where it is. `false`: this kind of group cannot.
    pub async fn freeze(&self) -> io::Result<bool> {
        match self {
            Self::V2(folder) => v2::freeze(folder, true).await.map(|()| true),
            Self::V1(trees) => trees.freeze(true).await,
        }
    }

    /// Lets them go on.
    pub async fn thaw(&self) -> io::Result<bool> {
        match self {
            Self::V2(folder) => v2::freeze(folder, false).await.map(|()| true),
            Self::V1(trees) => trees.freeze(false).await,
        }
    }

    /// How many processes the kernel has ended for want of memory.
    pub fn out_of_memory(&self) -> u64 {
        let events = match self {
            Self::V2(folder) => Some(folder.join("memory.events")),
            Self::V1(trees) => trees
                .memory
                .as_ref()
                .map(|folder| folder.join("memory.oom_control")),
        };
        events
            .and_then(|path| fs::read_to_string(path).ok())
            .map_or(0, |text| field(&text, "oom_kill"))
    }

    /// Processes in it.
    pub fn members(&self) -> Vec<i32> {
        let procs = self
            .folders()
            .first()
            .map(|folder| folder.join("cgroup.procs"));
        let text = procs
            .and_then(|path| fs::read_to_string(path).ok())
            .unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// Removes it once its processes are gone, and the folder around it when it was the last.
    pub async fn remove(&self) -> io::Result<()> {
        for folder in self.folders() {
            remove_soon(folder).await?;
            if let Some(parent) = folder.parent().filter(|parent| parent.ends_with(FOLDER)) {
                // Not empty is fine: another sandbox is in it.
                let _ = fs::remove_dir(parent);
            }
        }
        Ok(())
    }

    fn folders(&self) -> Vec<&Path> {
        match self {
            Self::V2(folder) => vec![folder],
            Self::V1(trees) => trees.all(),
        }
    }
}

/// A group is busy for a moment after its last process has ended, and there is nothing to wait on.
async fn remove_soon(folder: &Path) -> io::Result<()> {
    for _ in 0..400 {
        match fs::remove_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => return other,
        }
    }
    fs::remove_dir(folder)
}

/// The number after a word at the start of a line.
fn field(text: &str, name: &str) -> u64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|value| value.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        assert_eq!(
            field("oom 7\noom_kill 3\noom_kill_disable 0\n", "oom_kill"),
            3
        );
        assert_eq!(field("", "oom_kill"), 0);
    }

    #[tokio::test]
    async fn a_group_holds_freezes_and_goes() {
        let mode = Mode::detect();
        let limits = Limits {
            memory_mb: 64,
            processes: 10,
            cpu_weight: 100,
        };
        let Ok(Some(group)) = mode.create(&format!("test-{}", std::process::id()), limits) else {
            println!("no groups here: {}", mode.describe());
            return;
        };
        let mut child = std::process::Command::new("sleep")
            .arg("600")
            .spawn()
            .unwrap();
        let pid = child.id().cast_signed();
        group.attach(pid).unwrap();
        assert_eq!(group.members(), [pid]);
        if group.freeze().await.unwrap() {
            group.thaw().await.unwrap();
        }
        assert_eq!(group.out_of_memory(), 0);
        child.kill().unwrap();
        child.wait().unwrap();
        group.remove().await.unwrap();
        assert!(group.folders().iter().all(|folder| !folder.exists()));
    }
}
