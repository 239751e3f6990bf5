//! A disk whose power can be cut: what was not synced by then is gone.
//!
//! It is a filesystem in this process's memory, mounted by FUSE. Of each file it knows what a program sees and what is
//! safe; only `fsync` of a file moves its bytes over, and only `fsync` of a folder the names in it. That is less than
//! common filesystems keep, and all that POSIX promises.

mod filesystem;
mod node;
mod survivor;
mod tree;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use fuser::{BackgroundSession, Config, MountOption, SessionACL};
use rand::rngs::StdRng;
use rustix::mount::{MountPropagationFlags, UnmountFlags, mount_change, unmount};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use filesystem::Served;
use tree::Tree;

/// What a power cut leaves of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing of it.
    Nothing,
    /// What a journal and a cache that writes in any order may leave: names and attributes up to some moment, and of the
    /// bytes any writes, some of them torn between sectors of 512 bytes.
    Something,
}

/// A mounted disk. Dropped, it is unmounted and gone.
#[derive(Debug)]
pub struct Disk {
    at: PathBuf,
    tree: Arc<Mutex<Tree>>,
    session: Option<BackgroundSession>,
}

impl Disk {
    /// Mounts an empty disk at a folder, for this thread and the programs that it starts from now on, whichever their
    /// users are: so they can be told from everybody else, and should this process end, the disk ends with it. Needs root
    /// and `/dev/fuse`.
    pub fn mount(at: &Path) -> Self {
        // SAFETY: only descriptors must not be unshared behind others' backs; these are mounts, and this thread's own.
        unsafe { unshare_unsafe(UnshareFlags::NEWNS) }.unwrap();
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", private).unwrap();
        let mut disk = Self {
            at: at.to_owned(),
            tree: Arc::new(Mutex::new(Tree::empty())),
            session: None,
        };
        disk.plug_in();
        disk
    }

    /// Cuts the power: from now on every call fails, and [`Disk::plug_in`] finds what `cut` leaves.
    pub fn cut(&self, cut: Cut, dice: &mut StdRng) {
        let mut tree = self.tree.lock().unwrap();
        let survivor = tree.survivor(cut, dice);
        tree.die(survivor);
    }

    /// Mounts what survived. Whoever had files open on the disk before must have ended.
    pub fn plug_in(&mut self) {
        self.pull_out();
        let survivor = self.tree.lock().unwrap().take_survivor();
        if let Some(survivor) = survivor {
            self.tree = Arc::new(Mutex::new(survivor));
        }
        let mut config = Config::default();
        config.acl = SessionACL::All;
        config.mount_options = vec![
            // So that the processes that see it can be told by the mount.
            MountOption::FSName(self.at.display().to_string()),
            MountOption::DefaultPermissions,
            MountOption::Exec,
            MountOption::NoAtime,
        ];
        let served = Served(Arc::clone(&self.tree));
        self.session = Some(fuser::spawn_mount(served, &self.at, &config).unwrap());
    }

    fn pull_out(&mut self) {
        if let Some(session) = self.session.take() {
            // Not waited for: the mounts of sandboxes that were killed go a moment after their processes.
            unmount(&self.at, UnmountFlags::DETACH).unwrap();
            drop(session);
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.pull_out();
    }
}
