//! Version 2 of cgroups: one tree.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Limits;

/// Where desktops' groups can be made: below the nearest group around ours that hands its memory and process controllers
/// down and that this user may write to. Our own group comes last, because a group that holds processes cannot hand
/// anything down.
pub(super) fn parent(root: &Path, own: &str) -> Option<PathBuf> {
    let group = own
        .lines()
        .find_map(|line| line.strip_prefix("0::"))?
        .trim_start_matches('/');
    let available = fs::read_to_string(root.join("cgroup.controllers")).ok()?;
    if !has_controllers(&available) {
        return None;
    }
    let own = root.join(group);
    let around = own
        .ancestors()
        .skip(usize::from(own != root))
        .take_while(|path| path.starts_with(root));
    around
        .chain([own.as_path()])
        .find_map(|folder| usable(folder, folder == own && own != root))
}

/// A folder for our groups in this one, handing the controllers down, if that can be done.
fn usable(folder: &Path, is_own: bool) -> Option<PathBuf> {
    // Moving a process needs this file of the group that both places have in common.
    rustix::fs::access(folder.join("cgroup.procs"), rustix::fs::Access::WRITE_OK).ok()?;
    if is_own {
        // The server makes room: it moves into a group beside its desktops.
        let server = folder.join("nen-server");
        fs::create_dir_all(&server).ok()?;
        fs::write(server.join("cgroup.procs"), std::process::id().to_string()).ok()?;
    }
    hand_down(folder)?;
    let parent = folder.join(super::FOLDER);
    fs::create_dir_all(&parent).ok()?;
    hand_down(&parent)?;
    Some(parent)
}

fn hand_down(folder: &Path) -> Option<()> {
    let file = folder.join("cgroup.subtree_control");
    if !has_controllers(&fs::read_to_string(&file).ok()?) {
        fs::write(&file, "+memory +pids").ok()?;
    }
    // Shares of the processor are good to have and no more.
    let _ = fs::write(&file, "+cpu");
    Some(())
}

fn has_controllers(list: &str) -> bool {
    ["memory", "pids"]
        .iter()
        .all(|wanted| list.split_whitespace().any(|name| name == *wanted))
}

pub(super) fn create(parent: &Path, id: &str, limits: Limits) -> io::Result<PathBuf> {
    // The folder around is removed with the last group in it.
    if !parent.exists() {
        fs::create_dir_all(parent)?;
        hand_down(parent)
            .ok_or_else(|| io::Error::other("a new cgroup hands no controllers down"))?;
    }
    let folder = parent.join(id);
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join("memory.max"),
        (limits.memory_mb << 20).to_string(),
    )?;
    fs::write(folder.join("pids.max"), limits.processes.to_string())?;
    set_if_there(&folder.join("memory.swap.max"), 0)?;
    set_cpu_weight(&folder, limits.cpu_weight)?;
    Ok(folder)
}

pub(super) fn set_cpu_weight(folder: &Path, weight: u64) -> io::Result<()> {
    set_if_there(&folder.join("cpu.weight"), weight)
}

fn set_if_there(file: &Path, value: u64) -> io::Result<()> {
    if file.exists() {
        fs::write(file, value.to_string())?;
    }
    Ok(())
}

pub(super) async fn freeze(folder: &Path, frozen: bool) -> io::Result<()> {
    let wanted = u64::from(frozen);
    fs::write(folder.join("cgroup.freeze"), wanted.to_string())?;
    for _ in 0..500 {
        if super::field(&fs::read_to_string(folder.join("cgroup.events"))?, "frozen") == wanted {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Err(io::Error::new(
        io::ErrorKind::TimedOut,
        "the group did not change its frozen state",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(root: &Path, path: &str, handed_down: &str) {
        let folder = root.join(path);
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in [
            ("cgroup.procs", ""),
            ("cgroup.subtree_control", handed_down),
            ("cgroup.controllers", "cpu memory pids"),
        ] {
            fs::write(folder.join(file), text).unwrap();
        }
    }

    #[test]
    fn the_nearest_group_around_ours_is_taken() {
        let root = tempfile::tempdir().unwrap();
        group(root.path(), "", "memory pids");
        group(root.path(), "user", "memory pids");
        group(root.path(), "user/session", "");
        group(root.path(), "user/nen", "memory pids");
        assert_eq!(
            parent(root.path(), "0::/user/session\n"),
            Some(root.path().join("user/nen"))
        );
    }

    #[test]
    fn a_unit_keeps_its_desktops_to_itself() {
        let root = tempfile::tempdir().unwrap();
        for path in ["", "system.slice", "system.slice/nen.service"] {
            group(root.path(), path, "memory pids");
        }
        group(root.path(), "system.slice/nen.service/nen-server", "");
        group(root.path(), "system.slice/nen.service/nen", "memory pids");
        assert_eq!(
            parent(root.path(), "0::/system.slice/nen.service/nen-server\n"),
            Some(root.path().join("system.slice/nen.service/nen"))
        );
    }

    #[test]
    fn a_tree_without_memory_is_of_no_use() {
        let root = tempfile::tempdir().unwrap();
        group(root.path(), "", "");
        fs::write(root.path().join("cgroup.controllers"), "cpu").unwrap();
        assert_eq!(parent(root.path(), "0::/\n"), None);
    }
}
