use std::path::PathBuf;

/// What can go wrong between the caller and the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database URL is not one this build can open. Never contains the URL's password.
    #[error("unusable database url: {0}")]
    Url(String),
    /// The SQLite file (or its folder) could not be made or restricted to its owner.
    #[error("cannot prepare database file {path}: {source}")]
    File {
        /// The file in question.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The schema could not be brought up to date.
    #[error("cannot migrate the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database refused, failed or could not be reached in time.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A stored value does not have the shape this version writes.
    #[error("stored {what} is unreadable: {detail}")]
    Corrupt {
        /// Table and column.
        what: &'static str,
        /// What was found.
        detail: String,
    },
    /// A row that must exist does not.
    #[error("no such {what}: {id}")]
    Missing {
        /// Kind of row, e.g. `desktop`.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A request took longer than its idempotency key is kept for it, and another one with the key has begun. What it made
    /// is not there.
    #[error("the request outlived the lease of its idempotency key, and another one does its work")]
    LeaseLost,
    /// The operating system gave no random bytes.
    #[error("no randomness from the operating system: {0}")]
    Random(String),
    /// A secret was made but could not be handed over, so nothing was stored.
    #[error("cannot hand over the new key: {0}")]
    Deliver(std::io::Error),
}

impl StoreError {
    /// Whether the same may well succeed a moment later: the database refused it, could not be reached, was busy or full, and
    /// the store is still open.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Database(error) if !matches!(error, sqlx::Error::PoolClosed))
    }
}
