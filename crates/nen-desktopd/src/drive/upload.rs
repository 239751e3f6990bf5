use std::fs::File;
use std::io::Write as _;
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, Mode, OFlags, mkdirat, openat2, renameat};
use rustix::io::Errno;

use super::{BENEATH, Drive, DriveError, PARTIAL, failure, join};

/// A file being stored: written beside its place, made durable, then put there in one step. Dropped
/// before [`Upload::finish`], it leaves nothing.
pub(crate) struct Upload {
    folder: OwnedFd,
    partial: String,
    path: String,
    name: String,
    file: File,
    size: u64,
    finished: bool,
}

impl Drive {
    /// Begins to store a file, making missing folders on the way.
    pub(crate) fn upload(&self, folder: &str, name: &str) -> Result<Upload, DriveError> {
        self.make_folders(folder)?;
        let folder_fd = self.folder(folder)?;
        let path = join(folder, name);
        if let Ok(stat) = rustix::fs::statat(&folder_fd, name, AtFlags::SYMLINK_NOFOLLOW)
            && rustix::fs::FileType::from_raw_mode(stat.st_mode) == rustix::fs::FileType::Directory
        {
            return Err(DriveError::NotAFile(format!(
                "{path} is a folder: choose another name"
            )));
        }
        let mut random = [0u8; 8];
        rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())
            .map_err(std::io::Error::from)?;
        let partial = format!("{PARTIAL}{:016x}", u64::from_ne_bytes(random));
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o644);
        let file = openat2(&folder_fd, partial.as_str(), flags, mode, BENEATH)
            .map_err(|error| failure(error, &path))?;
        Ok(Upload {
            folder: folder_fd,
            partial,
            path,
            name: name.to_owned(),
            file: file.into(),
            size: 0,
            finished: false,
        })
    }

    fn make_folders(&self, folder: &str) -> Result<(), DriveError> {
        let mut made = String::new();
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            let parent = self.folder(&made)?;
            match mkdirat(&parent, part, Mode::from_raw_mode(0o755)) {
                Ok(()) => {
                    rustix::fs::fsync(&parent).map_err(std::io::Error::from)?;
                    made = join(&made, part);
                }
                Err(Errno::EXIST) => made = join(&made, part),
                Err(error) => return Err(failure(error, &join(&made, part))),
            }
        }
        Ok(())
    }
}

impl Upload {
    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), DriveError> {
        self.file.write_all(bytes).map_err(full)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Puts the file in its place, durably, and gives its size.
    pub(crate) fn finish(mut self) -> Result<u64, DriveError> {
        self.file.sync_all().map_err(full)?;
        renameat(
            &self.folder,
            self.partial.as_str(),
            &self.folder,
            self.name.as_str(),
        )
        .map_err(|error| failure(error, &self.path))?;
        self.finished = true;
        rustix::fs::fsync(&self.folder).map_err(std::io::Error::from)?;
        Ok(self.size)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.finished {
            // Fails only when the desktop removed it itself.
            let _ = rustix::fs::unlinkat(&self.folder, self.partial.as_str(), AtFlags::empty());
        }
    }
}

fn full(error: std::io::Error) -> DriveError {
    match error.kind() {
        std::io::ErrorKind::StorageFull
        | std::io::ErrorKind::QuotaExceeded
        | std::io::ErrorKind::FileTooLarge => DriveError::Full,
        _ => DriveError::Failed(error),
    }
}
