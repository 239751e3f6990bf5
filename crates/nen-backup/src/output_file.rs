//! A file that is there whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::BackupError;

/// A file that gets its name when everything is in it. Only its owner may read it.
#[derive(Debug)]
pub struct OutputFile {
    partial: NamedTempFile,
    path: PathBuf,
    replace: bool,
}

impl OutputFile {
    /// Begins to write what will be `path`, in the same folder. A file of that name is replaced only with `replace`.
    ///
    /// # Errors
    /// When the folder cannot be written to, or there is such a file.
    pub fn create(path: &Path, replace: bool) -> Result<Self, BackupError> {
        if !replace && path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        let partial = tempfile::Builder::new()
            .prefix(".nen-backup-")
            .tempfile_in(folder(path))
            .map_err(BackupError::file("write", path))?;
        Ok(Self {
            partial,
            path: path.to_owned(),
            replace,
        })
    }

    /// Gives it its name, once it is on the disk.
    ///
    /// # Errors
    /// When the disk fails, or meanwhile there is a file of that name.
    pub fn finish(self) -> Result<(), BackupError> {
        let failed = || BackupError::file("write", self.path.clone());
        self.partial.as_file().sync_all().map_err(failed())?;
        let named = if self.replace {
            self.partial.persist(&self.path)
        } else {
            self.partial.persist_noclobber(&self.path)
        };
        named.map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(&self.path),
            _ => BackupError::file("write", &self.path)(error.error),
        })?;
        File::open(folder(&self.path))
            .and_then(|folder| folder.sync_all())
            .map_err(BackupError::file("write", &self.path))
    }
}

impl Write for OutputFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.partial.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.partial.flush()
    }
}

/// The folder that a file is to stand in.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Whether a file is to stand somewhere below a folder.
pub(crate) fn is_below(path: &Path, above: &Path) -> bool {
    name_below(path, above).is_some()
}

/// How a file that is to stand below a folder is named there.
pub(crate) fn name_below(path: &Path, above: &Path) -> Option<PathBuf> {
    let stands_in = fs::canonicalize(folder(path)).ok()?;
    let inside = stands_in.strip_prefix(fs::canonicalize(above).ok()?).ok()?;
    Some(inside.join(path.file_name()?))
}

fn exists(path: &Path) -> BackupError {
    BackupError::Refused(format!(
        "{} exists already: choose another name, or --force to replace it",
        path.display()
    ))
}
