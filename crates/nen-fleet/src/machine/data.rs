//! The server's data folder, as far as desktops are in it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use nen_host::Lock;

use super::doing;
use super::folder::Folder;
use super::unclaimed::Unclaimed;
use crate::{DriverError, Known};

/// As whom desktops run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Users {
    /// As the server's own user.
    Mine,
    /// Each as a user of its own, beginning with this one; the server is root.
    Own(u32),
    /// All as this one; the server is root.
    One(u32),
}

/// The folders of all desktops, and the lock that keeps other servers out of them.
#[derive(Debug)]
pub(crate) struct Data {
    base: PathBuf,
    desktops: PathBuf,
    /// Files shared by all desktops, see [`super::image`].
    pub image: PathBuf,
    /// Those that were started for nobody yet.
    pub unclaimed: Unclaimed,
    users: Users,
    /// Its device and number.
    tag: String,
    /// Taken while a user is chosen, so that no two desktops get the same.
    choosing: Mutex<()>,
    _lock: Lock,
}

impl Data {
    pub fn open(data_dir: &Path, nen_bin: &Path, users: Users) -> Result<Self, DriverError> {
        fs::create_dir_all(data_dir).map_err(doing("make the data folder"))?;
        let base = data_dir
            .canonicalize()
            .map_err(doing("find the data folder"))?;
        let lock = lock(&base)?;
        let place = base.metadata().map_err(doing("look at the data folder"))?;
        let tag = format!("{:x}-{:x}", place.dev(), place.ino());
        let (desktops, image) = (base.join("desktops"), base.join("image"));
        fs::create_dir_all(&desktops).map_err(doing("make the desktops' folder"))?;
        if users != Users::Mine {
            for folder in [&base, &desktops] {
                pass(folder).map_err(doing("open the data folder for desktops to pass"))?;
            }
            if let Some(shut) = shut_folder(&base) {
                return Err(DriverError::Host(format!(
                    "desktops run as other users than the server, who cannot pass through {}: choose a data folder elsewhere, \
                     such as /var/lib/nen, or `chmod o+x {}`",
                    shut.display(),
                    shut.display()
                )));
            }
        }
        super::image::write(&image, nen_bin).map_err(doing("write the desktops' shared files"))?;
        Ok(Self {
            unclaimed: Unclaimed::open(&base)
                .map_err(doing("make the folder of unclaimed desktops"))?,
            base,
            desktops,
            image,
            users,
            tag,
            choosing: Mutex::new(()),
            _lock: lock,
        })
    }

    /// Tells this data folder from every other one on this machine.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The data folder.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The folder of all desktops' folders.
    pub fn desktops(&self) -> &Path {
        &self.desktops
    }

    /// A desktop's folder, there or not.
    pub fn folder(&self, id: &str) -> Result<Folder, DriverError> {
        let plain = !id.is_empty()
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if plain {
            Ok(Folder {
                root: self.desktops.join(id),
            })
        } else {
            Err(DriverError::Gone)
        }
    }

    /// The name of a desktop's cgroup. It is no other server's, which has a desktop of the same id when it was restored from
    /// a backup of this one.
    pub fn group(&self, id: &str) -> String {
        format!("{id}.{}", self.tag)
    }

    /// Desktops that have a folder, or may have had one and are nobody's.
    pub fn known(&self) -> Result<Vec<Known>, DriverError> {
        let unclaimed = self
            .unclaimed
            .ids()
            .map_err(doing("read the folder of unclaimed desktops"))?;
        let entries = fs::read_dir(&self.desktops).map_err(doing("read the desktops' folder"))?;
        let claimed = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|id| !unclaimed.contains(id))
            .map(|id| Known {
                id,
                unclaimed: false,
            });
        let mut known: Vec<Known> = claimed.collect();
        known.extend(unclaimed.into_iter().map(|id| Known {
            id,
            unclaimed: true,
        }));
        Ok(known)
    }

    /// Makes a desktop's folder, or what is missing of it, and says which user it is for. The folder itself belongs to the
    /// server: what stands in it is read as root.
    pub fn make(&self, folder: &Folder, on_disk: bool) -> Result<Option<u32>, DriverError> {
        let user = match self.users {
            Users::Mine => None,
            Users::Own(first) => {
                let _choosing = self
                    .choosing
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                let user = match fs::metadata(&folder.root) {
                    Ok(found) => found.gid(),
                    Err(_) => self.free_user(first)?,
                };
                if user < first {
                    return Err(foreign(folder, user));
                }
                make_passable(&folder.root, user, 0o710)
                    .map_err(doing("make the desktop's folder"))?;
                Some(user)
            }
            Users::One(user) => {
                match fs::metadata(&folder.root) {
                    Ok(found) if found.gid() != user => return Err(foreign(folder, found.gid())),
                    _ => {}
                }
                // The user may be in any group, and each thing in the folder is shut by itself.
                make_passable(&folder.root, user, 0o711)
                    .map_err(doing("make the desktop's folder"))?;
                Some(user)
            }
        };
        folder
            .prepare(user, on_disk)
            .map_err(doing("make the desktop's folders"))?;
        Ok(user)
    }

    /// The groups of the folders are the list of users that are taken: it survives the server and needs no file.
    fn free_user(&self, first: u32) -> Result<u32, DriverError> {
        let entries = fs::read_dir(&self.desktops).map_err(doing("read the desktops' folder"))?;
        let taken: BTreeSet<u32> = entries
            .filter_map(|entry| Some(entry.ok()?.metadata().ok()?.gid()))
            .collect();
        (first..u32::MAX)
            .find(|user| !taken.contains(user))
            .ok_or_else(|| DriverError::Host("no user is left for another desktop".to_owned()))
    }
}

/// A folder that another driver has made, or somebody by hand.
fn foreign(folder: &Folder, group: u32) -> DriverError {
    let path = folder.root.display();
    DriverError::Host(format!(
        "{path} belongs to group {group}, which is not that of a desktop of this driver"
    ))
}

/// Held as long as the server lives.
fn lock(base: &Path) -> Result<Lock, DriverError> {
    let lock = Lock::alone(&base.join("desktops.lock")).map_err(doing("lock the data folder"))?;
    lock.ok_or_else(|| {
        DriverError::Host(format!(
            "another server uses the data folder {}: stop it, or choose another with --data-dir",
            base.display()
        ))
    })
}

/// Lets everybody pass through a folder, and see nothing of what is in it that they could not see before.
fn pass(folder: &Path) -> io::Result<()> {
    let mode = folder.metadata()?.permissions().mode();
    fs::set_permissions(folder, fs::Permissions::from_mode(mode | 0o011))
}

/// The first folder on the way that not everybody may pass.
pub(crate) fn shut_folder(path: &Path) -> Option<PathBuf> {
    let shut = |folder: &&Path| {
        folder
            .metadata()
            .is_ok_and(|found| found.permissions().mode() & 0o001 == 0)
    };
    let mut way: Vec<&Path> = path.ancestors().collect();
    way.reverse();
    way.into_iter().find(shut).map(Path::to_owned)
}

/// A folder that its desktop's user may pass, by the group of the same number or as everybody, and not change.
fn make_passable(path: &Path, user: u32, mode: u32) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    std::os::unix::fs::lchown(path, Some(0), Some(user))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_servers_do_not_share_a_data_folder() {
        let temp = tempfile::tempdir().unwrap();
        let first = lock(temp.path()).unwrap();
        assert!(
            lock(temp.path())
                .unwrap_err()
                .to_string()
                .contains("another server")
        );
        drop(first);
        lock(temp.path()).unwrap();
    }

    #[test]
    fn a_folder_that_nobody_may_pass_is_named() {
        let temp = tempfile::tempdir().unwrap();
        fs::set_permissions(temp.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let shut = temp.path().join("shut");
        fs::create_dir_all(shut.join("data")).unwrap();
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(shut_folder(&shut.join("data")), Some(shut.clone()));
        pass(&shut).unwrap();
        assert_eq!(shut_folder(&shut.join("data")), None);
    }
}
