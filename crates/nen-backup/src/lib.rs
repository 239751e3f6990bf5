//! A data folder and its database in one file, and back.
//!
//! The file is a tar archive in zstd. It begins with `backup.json`, which says what made it, and ends with
//! `manifest.json`, which has the SHA-256 of each file: an archive without its end is none. Between them are the files
//! below `data/`, and the database. Files with holes are stored without them, so that the manifest is needed to get at
//! those; all others `tar` unpacks as well.

mod backup;
mod contents;
mod error;
mod manifest;
mod output_file;
mod place;
mod postgres;
mod read;
mod restore;
mod tree;
mod write;

pub use backup::{BackedUp, Backup};
pub use error::BackupError;
pub use manifest::{DatabaseKind, Head, LeftOut};
pub use output_file::OutputFile;
pub use restore::{Owners, Restore, Restored, is_half_restored};

/// Unix seconds.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
