use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// A lock that processes take by a file, which stays when nobody has it. It is let go of when this is dropped, and by the
/// kernel when the process ends, however that happens.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// For one process alone. The file is made when it is missing, for its owner only. None: somebody has it.
    ///
    /// # Errors
    /// When the file cannot be opened for writing, or its file system knows no locks.
    pub fn alone(path: &Path) -> io::Result<Option<Self>> {
        Self::take(path, File::try_lock)
    }

    /// For any number of processes that take it so. None: one has it alone.
    ///
    /// # Errors
    /// As with [`Self::alone`].
    pub fn shared(path: &Path) -> io::Result<Option<Self>> {
        Self::take(path, File::try_lock_shared)
    }

    /// The file, for who wants to say in it who has the lock.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.0
    }

    fn take(
        path: &Path,
        lock: impl FnOnce(&File) -> Result<(), TryLockError>,
    ) -> io::Result<Option<Self>> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        match lock(&file) {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Not only closed: a process that is just being started has a copy of it for a moment. What cannot be let go of goes
        // with the last copy.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_alone_or_many_share_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let sharers = [(); 2].map(|()| Lock::shared(&path).unwrap().unwrap());
        assert!(Lock::alone(&path).unwrap().is_none());
        drop(sharers);
        let alone = Lock::alone(&path).unwrap().unwrap();
        assert!(Lock::alone(&path).unwrap().is_none());
        assert!(Lock::shared(&path).unwrap().is_none());
        drop(alone);
        assert!(Lock::shared(&path).unwrap().is_some());
    }

    #[test]
    fn a_copy_that_a_child_has_for_a_moment_does_not_keep_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let lock = Lock::alone(&path).unwrap().unwrap();
        let _copy = lock.file().try_clone().unwrap();
        drop(lock);
        assert!(Lock::alone(&path).unwrap().is_some());
    }
}
