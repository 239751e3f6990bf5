//! Version 1 of cgroups: a tree for each controller.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Limits;

/// A folder in the tree of each controller there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trees {
    /// In the tree of `memory`.
    pub memory: Option<PathBuf>,
    /// In the tree of `pids`.
    pub pids: Option<PathBuf>,
    /// In the tree of `freezer`.
    pub freezer: Option<PathBuf>,
    /// In the tree of `cpu`.
    pub cpu: Option<PathBuf>,
}

impl Trees {
    /// Where desktops' groups can be made, for each controller: below the server's own group, so that what bounds the
    /// server bounds its desktops.
    pub(super) fn detect(root: &Path, own: &str) -> Self {
        let find = |controller: &str| {
            let mount = root.join(controller);
            let group = own_group(own, controller)?;
            let candidates = [mount.join(group.trim_start_matches('/')), mount];
            let parent = candidates
                .into_iter()
                .find(|path| path.join("cgroup.procs").exists())?
                .join(super::FOLDER);
            fs::create_dir_all(&parent).ok()?;
            // A folder of somebody else's can be there without being ours to use.
            rustix::fs::access(&parent, rustix::fs::Access::WRITE_OK).ok()?;
            Some(parent)
        };
        Self {
            memory: find("memory"),
            pids: find("pids"),
            freezer: find("freezer"),
            cpu: find("cpu"),
        }
    }

    /// The folders of this name in every tree, there or not.
    pub(super) fn below(&self, name: &str) -> Self {
        let below = |parent: &Option<PathBuf>| parent.as_ref().map(|parent| parent.join(name));
        Self {
            memory: below(&self.memory),
            pids: below(&self.pids),
            freezer: below(&self.freezer),
            cpu: below(&self.cpu),
        }
    }

    pub(super) fn create(&self, id: &str, limits: Limits) -> io::Result<Self> {
        let made = self.below(id);
        made.all().into_iter().try_for_each(fs::create_dir_all)?;
        let set = |folder: &Option<PathBuf>, file: &str, value: u64| {
            folder.as_ref().map_or(Ok(()), |folder| {
                fs::write(folder.join(file), value.to_string())
            })
        };
        set(
            &made.memory,
            "memory.limit_in_bytes",
            limits.memory_mb << 20,
        )?;
        // Where swap is counted, memory and swap together: what is swapped out is memory, too.
        let with_swap = "memory.memsw.limit_in_bytes";
        if made
            .memory
            .as_ref()
            .is_some_and(|folder| folder.join(with_swap).exists())
        {
            set(&made.memory, with_swap, limits.memory_mb << 20)?;
        }
        set(&made.pids, "pids.max", limits.processes)?;
        made.set_cpu_weight(limits.cpu_weight)?;
        Ok(made)
    }

    pub(super) fn set_cpu_weight(&self, weight: u64) -> io::Result<()> {
        let shares = (weight * 1024 / 100).max(2);
        self.cpu.as_ref().map_or(Ok(()), |folder| {
            fs::write(folder.join("cpu.shares"), shares.to_string())
        })
    }

    /// The freezer gives no notice of when it is done, and may need to be asked again while processes are being made.
    pub(super) async fn freeze(&self, frozen: bool) -> io::Result<bool> {
        let Some(folder) = &self.freezer else {
            return Ok(false);
        };
        let (file, word) = (
            folder.join("freezer.state"),
            if frozen { "FROZEN" } else { "THAWED" },
        );
        for _ in 0..500 {
            fs::write(&file, word)?;
            if fs::read_to_string(&file)?.trim() == word {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("the freezer did not come to {word}"),
        ))
    }

    pub(super) fn all(&self) -> Vec<&Path> {
        [&self.memory, &self.pids, &self.freezer, &self.cpu]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
            .collect()
    }

    pub(super) fn names(&self) -> Vec<&'static str> {
        let there = [
            (&self.memory, "memory"),
            (&self.pids, "pids"),
            (&self.freezer, "freezer"),
            (&self.cpu, "cpu"),
        ];
        there
            .into_iter()
            .filter(|(folder, _)| folder.is_some())
            .map(|(_, name)| name)
            .collect()
    }
}

/// The path of our own group in a controller's tree, from `/proc/self/cgroup`.
fn own_group<'a>(text: &'a str, controller: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let names = fields.next()?;
        names
            .split(',')
            .any(|name| name == controller)
            .then(|| fields.next())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str =
        "9:name=systemd:/\n8:pids:/a\n4:memory:/process/9c:d\n2:cpu,cpuacct:/\n0::/\n";

    #[test]
    fn own_groups_are_found_by_controller() {
        assert_eq!(own_group(OWN, "memory"), Some("/process/9c:d"));
        assert_eq!(own_group(OWN, "cpu"), Some("/"));
        assert_eq!(own_group(OWN, "freezer"), None);
    }

    #[test]
    fn groups_are_made_below_our_own_where_there_is_one() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["memory/process/9c:d", "pids"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            fs::write(root.path().join(folder).join("cgroup.procs"), "").unwrap();
        }
        let trees = Trees::detect(root.path(), OWN);
        assert_eq!(
            trees.memory.as_deref(),
            Some(&*root.path().join("memory/process/9c:d/nen"))
        );
        // Our group `/a` is not visible from here, so the mounted root is used.
        assert_eq!(trees.pids.as_deref(), Some(&*root.path().join("pids/nen")));
        assert_eq!(
            (trees.names(), trees.freezer),
            (vec!["memory", "pids"], None)
        );
    }
}
