//! The desktop's drive. Every name is resolved beneath its root by the kernel, so no link and no `..`
//! leads out of it, whatever the desktop's programs put there in the meantime.

mod upload;

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use nen_protocol::files::File as Entry;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, ResolveFlags, openat2};
use rustix::io::Errno;

pub(crate) use upload::Upload;

/// Prefix of uploads under way, which lists leave out.
pub(crate) const PARTIAL: &str = ".nen-upload-";

/// Why a file could not be had or stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DriveError {
    #[error("there is no {0} on the drive")]
    NotFound(String),
    #[error("{0}")]
    NotAFile(String),
    #[error("the drive is full; nothing was changed")]
    Full,
    #[error("the drive failed: {0}")]
    Failed(#[from] io::Error),
}

/// The drive's root.
#[derive(Debug, Clone)]
pub(crate) struct Drive(Arc<OwnedFd>);

impl Drive {
    /// Opens the root.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        let root = rustix::fs::open(root, flags, Mode::empty())?;
        Ok(Self(Arc::new(root)))
    }

    /// The entries of a folder, by name.
    pub(crate) fn list(&self, folder: &str) -> Result<Vec<Entry>, DriveError> {
        let folder_fd = self.folder(folder)?;
        let mut entries = Vec::new();
        for entry in Dir::read_from(&folder_fd).map_err(io::Error::from)? {
            let entry = entry.map_err(io::Error::from)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if matches!(name.as_str(), "." | "..") || name.starts_with(PARTIAL) {
                continue;
            }
            // It may be gone by now; links are shown as what they lead to beneath the root, or not at all.
            if let Ok(metadata) =
                beneath(&folder_fd, &self.0, folder, &name).and_then(|fd| File::from(fd).metadata())
            {
                entries.push(describe(name, &metadata));
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// Opens a file for reading.
    pub(crate) fn read(&self, folder: &str, name: &str) -> Result<(File, Metadata), DriveError> {
        let path = join(folder, name);
        // Non-blocking, so that a pipe somebody put there does not hang the reader.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(self.resolve(&path, flags)?);
        let metadata = file.metadata()?;
        match metadata.file_type() {
            kind if kind.is_file() => Ok((file, metadata)),
            kind if kind.is_dir() => Err(DriveError::NotAFile(format!(
                "{path} is a folder: list it with ?path={path}"
            ))),
            _ => Err(DriveError::NotAFile(format!(
                "{path} is not a regular file"
            ))),
        }
    }

    /// Removes a file or an empty folder.
    pub(crate) fn remove(&self, folder: &str, name: &str) -> Result<(), DriveError> {
        let folder_fd = self.folder(folder)?;
        let flags = match rustix::fs::statat(&folder_fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => {
                AtFlags::REMOVEDIR
            }
            _ => AtFlags::empty(),
        };
        rustix::fs::unlinkat(&folder_fd, name, flags).map_err(|error| match error {
            Errno::NOTEMPTY => DriveError::NotAFile(format!(
                "the folder {} is not empty: delete what is in it first",
                join(folder, name)
            )),
            error => failure(error, &join(folder, name)),
        })?;
        Ok(rustix::fs::fsync(&folder_fd).map_err(io::Error::from)?)
    }

    fn folder(&self, folder: &str) -> Result<OwnedFd, DriveError> {
        let path = if folder.is_empty() { "." } else { folder };
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        self.resolve(path, flags)
    }

    fn resolve(&self, path: &str, flags: OFlags) -> Result<OwnedFd, DriveError> {
        openat2(self.0.as_fd(), path, flags, Mode::empty(), BENEATH)
            .map_err(|error| failure(error, path))
    }
}

const BENEATH: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_MAGICLINKS);

/// Opens an entry of a folder without reading it, following links only beneath the drive's root.
fn beneath(folder_fd: &OwnedFd, root: &OwnedFd, folder: &str, name: &str) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let own = ResolveFlags::NO_SYMLINKS | BENEATH;
    match openat2(folder_fd, name, flags, Mode::empty(), own) {
        Err(Errno::LOOP) => Ok(openat2(
            root,
            join(folder, name),
            flags,
            Mode::empty(),
            BENEATH,
        )?),
        other => Ok(other?),
    }
}

fn describe(name: String, metadata: &Metadata) -> Entry {
    let is_dir = metadata.is_dir();
    Entry {
        name,
        size: if is_dir { 0 } else { metadata.len() },
        modified: metadata.mtime() as f64 + metadata.mtime_nsec() as f64 / 1e9,
        is_dir,
    }
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

fn failure(error: Errno, path: &str) -> DriveError {
    match error {
        // XDEV and LOOP: the path would lead out of the drive, where nothing is.
        Errno::NOENT | Errno::NOTDIR | Errno::XDEV | Errno::LOOP => {
            DriveError::NotFound(if path == "." {
                "folder".into()
            } else {
                path.to_owned()
            })
        }
        Errno::NOSPC | Errno::DQUOT | Errno::FBIG => DriveError::Full,
        Errno::ISDIR => DriveError::NotAFile(format!("{path} is a folder")),
        error => DriveError::Failed(error.into()),
    }
}

#[cfg(test)]
mod tests;
