//! What a folder does better itself than through the library: it is private, it takes a file as it is, and it goes whole.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use nen_host::durable;
use tempfile::NamedTempFile;

use crate::ObjectsError;

/// Makes a folder with those above it. What was on screens is for the server alone.
pub(crate) fn make(folder: &Path) -> Result<(), ObjectsError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(ObjectsError::file("make a folder for objects"))
}

/// Makes a file the one at a path. It is there whole or not at all, and stays when the power goes.
pub(crate) fn keep(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    match file.persist(path) {
        Ok(_) => {}
        // Only on the way from one file system to another are its bytes moved.
        Err(error) if error.error.kind() == io::ErrorKind::CrossesDevices => {
            let beside = path.parent().unwrap_or(Path::new("/"));
            let mut copy = NamedTempFile::new_in(beside)?;
            io::copy(&mut error.file.reopen()?, copy.as_file_mut())?;
            copy.as_file().sync_all()?;
            copy.persist(path)?;
        }
        Err(error) => return Err(error.into()),
    }
    durable::sync_name(path)?;
    match path.parent() {
        Some(folder) => durable::sync_name(folder),
        None => Ok(()),
    }
}

/// Removes a folder with everything in it, also what a write left that was broken off.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
