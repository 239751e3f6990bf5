use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Seek as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use tempfile::NamedTempFile;

use super::{FileError, is_stored};
use crate::drive::PARTIAL;

/// Mode of a new file, and of what is under way.
const MODE: u32 = 0o644;

/// A file being written: what comes is kept beside its place until all of it is there. Dropped before
/// [`Write::replace`] or [`Write::append`], it leaves nothing.
#[derive(Debug)]
pub(crate) struct Write {
    path: PathBuf,
    arrived: NamedTempFile,
    /// Of the file that is there already.
    mode: Option<u32>,
}

impl Write {
    /// Begins to write a file, making missing folders on the way.
    pub(crate) fn begin(path: PathBuf) -> Result<Self, FileError> {
        let failed = FileError::of(&path);
        let (Some(folder), Some(_)) = (path.parent(), path.file_name()) else {
            return Err(FileError::Refused(format!(
                "{} is a folder: give the path of a file",
                path.display()
            )));
        };
        let mode = match fs::metadata(&path) {
            Ok(there) if there.is_file() => Some(there.permissions().mode() & 0o7777),
            Ok(_) => {
                return Err(FileError::Refused(format!(
                    "{} is there and not a regular file: choose another name",
                    path.display()
                )));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        make_folders(folder).map_err(FileError::of(folder))?;
        let arrived = tempfile::Builder::new()
            .prefix(PARTIAL)
            .permissions(Permissions::from_mode(MODE))
            .tempfile_in(folder)
            .map_err(FileError::of(folder))?;
        Ok(Self {
            path,
            arrived,
            mode,
        })
    }

    /// Adds bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let added = self.arrived.write_all(bytes);
        added.map_err(FileError::of(&self.path))
    }

    /// Puts what came in the file's place, durably and in one step.
    pub(crate) fn replace(self) -> Result<(), FileError> {
        let failed = FileError::of(&self.path);
        if let Some(mode) = self.mode {
            let file = self.arrived.as_file();
            file.set_permissions(Permissions::from_mode(mode))
                .map_err(&failed)?;
        }
        self.arrived.as_file().sync_all().map_err(&failed)?;
        self.arrived
            .persist(&self.path)
            .map_err(|error| failed(error.error))?;
        sync_name(&self.path).map_err(&failed)
    }

    /// Adds what came to the end of the file.
    pub(crate) fn append(mut self) -> Result<(), FileError> {
        let failed = FileError::of(&self.path);
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        let is_new = self.mode.is_none();
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(MODE)
            .custom_flags(flags.bits().cast_signed())
            .open(&self.path)
            .map_err(&failed)?;
        let metadata = file.metadata().map_err(&failed)?;
        if !is_stored(&file, &metadata).map_err(&failed)? {
            return Err(FileError::Refused(format!(
                "{} is not a regular file",
                self.path.display()
            )));
        }
        self.arrived.rewind().map_err(&failed)?;
        let added = io::copy(self.arrived.as_file_mut(), &mut file)
            .and_then(|_| file.sync_all())
            .and_then(|()| {
                if is_new {
                    sync_name(&self.path)
                } else {
                    Ok(())
                }
            });
        added.map_err(|error| {
            // As it was before. Should this fail, the error says all the same that the disk is full.
            let _ = file.set_len(metadata.len());
            failed(error)
        })
    }
}

/// Makes a folder and those above it, durably.
fn make_folders(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Ok(()) => sync_name(folder),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match folder.parent() {
                Some(above) => make_folders(above)?,
                None => return Err(error),
            }
            fs::create_dir(folder)?;
            sync_name(folder)
        }
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes a name durable in the folder that holds it.
fn sync_name(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()
}
