//! Disks of desktops: the size of what each keeps is limited by the file system that it is in.
//!
//! ```text
//! disks/dsk_….img    home and drive of one desktop; a sparse file, root's alone
//! disks/new.img      what each of them begins as, made anew at each start of the server
//! ```
//!
//! Only root can mount them. Desktops of an ordinary user, those made before there were disks, and those of machines that
//! have no loop devices have plain folders without a limit.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nen_host::disk::{self, Disk};
use nen_host::stage::Spec;

use super::LocalConfig;
use super::probe;
use crate::machine::folder::Folder;
use crate::machine::{doing, io_other, remove};
use crate::{Check, DriverError};

/// Name of the file that is copied for new desktops; no desktop is called that.
const NEW: &str = "new";

/// The folder of all disks, and whether new desktops get one.
#[derive(Debug)]
pub(super) struct Disks {
    folder: PathBuf,
    usable: bool,
}

impl Disks {
    /// Finds out whether disks can be used, and removes those of desktops that are no more.
    pub fn open(base: &Path, desktops: &Path, config: &LocalConfig) -> Result<Self, DriverError> {
        let folder = base.join("disks");
        if wanted(config) == Ok(true) {
            match fs::DirBuilder::new().mode(0o700).create(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => other.map_err(doing("make the folder of disks"))?,
            }
            let shut = fs::Permissions::from_mode(0o700);
            fs::set_permissions(&folder, shut).map_err(doing("shut the folder of disks"))?;
        }
        let disks = Self {
            usable: false,
            folder,
        };
        disks
            .remove_left(desktops)
            .map_err(doing("remove disks that are nobody's"))?;
        let new = disks.image(NEW);
        let usable = usable(config, &new);
        if let Err(why) = &usable {
            tracing::warn!(why, "Desktops can fill the disk that the data folder is on");
        }
        Ok(Self {
            usable: usable == Ok(true),
            ..disks
        })
    }

    /// The file of a desktop's disk; made, when the desktop is new and disks can be used. None: it has plain folders.
    pub async fn of(&self, id: &str, folder: &Folder) -> Result<Option<PathBuf>, DriverError> {
        let image = self.image(id);
        // Not to be able to tell is no reason to put an empty one in its place.
        if image
            .try_exists()
            .map_err(doing("look for the desktop's disk"))?
        {
            return Ok(Some(image));
        }
        if !self.usable || folder.has_plain_files() {
            return Ok(None);
        }
        let new = self.image(NEW);
        let made = tokio::task::spawn_blocking(move || disk::copy(&new, &image).map(|()| image));
        let made = made.await.map_err(io_other).and_then(|made| made);
        made.map(Some).map_err(doing("make the desktop's disk"))
    }

    /// Removes a desktop's disk. Fine when it has none. What it takes of the host is free when its last process is gone.
    pub fn remove(&self, id: &str) -> Result<(), DriverError> {
        remove::file(&self.image(id)).map_err(doing("remove the desktop's disk"))
    }

    fn image(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.img"))
    }

    /// A server that was killed may leave a disk half made, or one whose desktop it was just removing.
    fn remove_left(&self, desktops: &Path) -> io::Result<()> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        for entry in entries {
            let path = entry?.path();
            let whole = path.extension().is_some_and(|extension| extension == "img");
            let owner = path.file_stem().map(|id| desktops.join(id));
            if !whole || !owner.map_or(Ok(false), |owner| owner.try_exists())? {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// Whether new desktops are to get disks; the error says why they cannot.
fn wanted(config: &LocalConfig) -> Result<bool, String> {
    if config.disk_limit_mb == 0 {
        return Ok(false);
    }
    if rustix::process::geteuid().is_root() {
        return Ok(true);
    }
    Err("only root can limit what desktops keep on disk".to_owned())
}

/// As [`wanted`], and tried with this file, which is there from then on if they are.
fn usable(config: &LocalConfig, new: &Path) -> Result<bool, String> {
    if !wanted(config)? {
        return Ok(false);
    }
    try_one(config, new)
        .map(|()| true)
        .map_err(|error| format!("a disk cannot be mounted: {error}"))
}

/// For `nen doctor`.
pub(super) fn check(config: &LocalConfig) -> Check {
    let folder = config.data_dir.join("disks");
    let folder = if folder.exists() {
        folder
    } else {
        std::env::temp_dir()
    };
    let probe = folder.join(format!("nen-probe-{:016x}.img", rand::random::<u64>()));
    let usable = usable(config, &probe);
    // It is not there when it could not be made.
    let _ = fs::remove_file(probe);
    let is_root = rustix::process::geteuid().is_root();
    Check {
        name: "disk limit".to_owned(),
        ok: usable.is_ok(),
        required: false,
        detail: match &usable {
            Ok(true) => format!("{} MiB for each desktop", config.disk_limit_mb),
            Ok(false) => "off: desktops can fill the disk that the data folder is on".to_owned(),
            Err(why) => format!("{why}; they can fill the disk that the data folder is on"),
        },
        fix: usable.is_err().then(|| match (is_root, nen_host::find(disk::MAKER.0)) {
            (false, _) => "run as root, or put the data folder on a volume of its own".to_owned(),
            (true, None) => format!("apt install {}", disk::MAKER.1),
            (true, Some(_)) => "modprobe loop (as root), or give this container /dev/loop-control, loop devices and \
                CAP_SYS_ADMIN"
                .to_owned(),
        }),
    }
}

/// Makes a disk and mounts it over the folder that its file is in, where only the stage sees it.
fn try_one(config: &LocalConfig, image: &Path) -> io::Result<()> {
    disk::make(image, config.disk_limit_mb)?;
    // What was mounted is not new any more.
    let tried = image.with_extension("tried");
    disk::copy(image, &tried)?;
    let spec = Spec {
        disk: Some(Disk {
            image: tried.clone(),
            at: tried.parent().unwrap_or(&tried).to_owned(),
            folders: vec!["home".to_owned()],
            user: config.first_uid,
        }),
        program: "true".to_owned(),
        ..Spec::default()
    };
    let ran = probe::run(config, &spec, None);
    fs::remove_file(&tried)?;
    let ran = ran?;
    if ran.status.success() {
        return Ok(());
    }
    Err(io::Error::other(
        String::from_utf8_lossy(&ran.stderr).trim().to_owned(),
    ))
}
