//! The files that the desktop's user can reach, by absolute paths.
//!
//! Nothing is kept from the caller here: the sandbox is around the controller as well. What matters is that no file
//! makes it wait, whatever a program put there, and that none is half written.

mod list;
mod read;
mod write;

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

pub(crate) use list::list;
pub(crate) use read::read;
use rustix::io::Errno;
pub(crate) use write::Write;

/// Why files could not be listed, read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("there is no {0} on this desktop")]
    Missing(String),
    #[error("{0}")]
    Refused(String),
    #[error("the desktop's disk is full; nothing was changed")]
    Full,
    #[error("{path}: {source}")]
    Failed { path: String, source: io::Error },
}

impl FileError {
    fn of(path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| {
            let path = path.clone();
            // Kinds, since not every library passes the system's number on.
            match source.kind() {
                ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing(path),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                    Self::Refused(format!("{path}: the desktop's user may not do this here"))
                }
                ErrorKind::InvalidFilename => {
                    Self::Refused(format!("{path} is longer than a path can be"))
                }
                ErrorKind::IsADirectory => Self::Refused(format!("{path} is a folder")),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                    Self::Full
                }
                _ if source.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
                    Self::Refused(format!("{path} leads through links in a circle"))
                }
                _ => Self::Failed { path, source },
            }
        }
    }
}

/// A path with the home folder in place of `~`.
pub(crate) fn absolute(home: &Path, path: &str) -> PathBuf {
    match path.strip_prefix('~') {
        Some(below) => home.join(below.trim_start_matches('/')),
        None => PathBuf::from(path),
    }
    // Takes needless slashes and dots out.
    .components()
    .collect()
}

/// Whether what a file holds is stored anywhere. A file of `/proc` or `/sys` is made when it is read, of any length,
/// and some never end.
fn is_stored(file: &File, metadata: &Metadata) -> io::Result<bool> {
    const SYSFS_MAGIC: u64 = 0x6265_6572;
    if !metadata.is_file() {
        return Ok(false);
    }
    let kind = rustix::fs::fstatfs(file)?.f_type;
    let made = [rustix::fs::PROC_SUPER_MAGIC as u64, SYSFS_MAGIC];
    Ok(!made.contains(&(kind as u64)))
}

#[cfg(test)]
mod tests;
