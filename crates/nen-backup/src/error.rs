use std::{io, path::PathBuf};

use nen_store::StoreError;

/// What can go wrong with a backup or with restoring one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file could not be read or written.
    #[error("cannot {what} {}: {source}", path.display())]
    File {
        /// What was tried, as a verb.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database could not be copied or opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// `pg_dump` or `pg_restore` is missing or failed.
    #[error("{0}")]
    Postgres(String),
    /// The file is no backup, or not a whole one.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// The file holds something that no backup holds: it was made to do harm.
    #[error("the backup holds what no backup does: {0}")]
    Hostile(String),
    /// A newer version made it.
    #[error("the backup is from a newer version of nen ({0}): restore it with that version")]
    Newer(String),
    /// It cannot go where it was to go.
    #[error("{0}")]
    Refused(String),
}

impl BackupError {
    /// For `map_err`: what was tried with which file.
    pub(crate) fn file(
        what: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { what, path, source }
    }

    /// The same for errors of the kernel as `rustix` gives them.
    pub(crate) fn kernel(
        what: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(rustix::io::Errno) -> Self {
        let path = path.into();
        move |error| Self::File {
            what,
            path,
            source: error.into(),
        }
    }
}
