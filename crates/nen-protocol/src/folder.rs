//! Files anywhere on a desktop, named by absolute paths.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Invalid;

/// Most entries that are looked at for one listing.
pub const MAX_ENTRIES: usize = 10_000;
/// Most folders below one another that are looked into for one listing.
pub const MAX_DEPTH: usize = 32;
/// Longest path or pattern in bytes; systems refuse paths of 4096.
const MAX_PATH: usize = 2048;

/// A regular file below a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FolderFile {
    /// Its name; its path below the folder when the pattern reaches into others.
    #[schema(example = "invoice.pdf")]
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Last change, Unix seconds with a fraction.
    pub modified: f64,
}

/// Answer of `GET /desktops/{id}/fs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Folder {
    /// The folder's absolute path; `~` is gone.
    #[schema(example = "/home/user/Downloads")]
    pub path: String,
    /// Its regular files that fit the pattern, by name.
    pub files: Vec<FolderFile>,
}

/// Checks a path that is absolute or begins with the user's home, as in `/drive/a.csv` and `~/Downloads`.
pub fn check_absolute(path: &str) -> Result<&str, Invalid> {
    if path != "~" && !path.starts_with('/') && !path.starts_with("~/") {
        return Err(Invalid(format!(
            "path {path:?} is neither absolute nor in the home folder: /drive and ~/Downloads are such paths"
        )));
    }
    check_text(path, "path")
}

/// Checks a glob pattern for the names below a folder.
pub fn check_pattern(pattern: &str) -> Result<&str, Invalid> {
    let leads_out = pattern.starts_with('/') || pattern.split('/').any(|part| part == "..");
    if pattern.is_empty() || leads_out {
        return Err(Invalid(format!(
            "pattern {pattern:?} is not for names below the folder: *.pdf and **/*.csv are such patterns"
        )));
    }
    check_text(pattern, "pattern")
}

fn check_text<'a>(text: &'a str, what: &str) -> Result<&'a str, Invalid> {
    if text.contains('\0') {
        return Err(Invalid(format!(
            "{what} holds a NUL, which no file name does"
        )));
    }
    if text.len() > MAX_PATH {
        return Err(Invalid(format!(
            "{what} of {} bytes is too long: {MAX_PATH} is the most",
            text.len()
        )));
    }
    Ok(text)
}
