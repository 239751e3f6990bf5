//! Files on a desktop's drive.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Invalid;

/// Largest upload in bytes: 100 MiB, as documented for Nen.
pub const MAX_UPLOAD: u64 = 100 * 1024 * 1024;

/// Longest folder below the drive in bytes; systems refuse paths of 4096.
const MAX_PATH: usize = 1024;

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct File {
    /// Name without its folder.
    #[schema(example = "invoice.pdf")]
    pub name: String,
    /// Bytes; 0 for a folder.
    pub size: u64,
    /// Last change, Unix seconds with a fraction.
    pub modified: f64,
    /// Present and true for a folder.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_dir: bool,
}

/// Answer of `GET /desktops/{id}/files`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FileList {
    /// The folder's entries; the key is there even when there are none.
    pub files: Vec<File>,
}

/// Answer of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadFileResponse {
    /// Always true: a failed upload is an error.
    pub success: bool,
    /// Bytes stored.
    pub size: u64,
    /// The name stored under.
    pub filename: String,
}

/// Checks the name of a file: one path segment that means itself.
pub fn check_name(name: &str) -> Result<&str, Invalid> {
    if matches!(name, "" | "." | "..") {
        return Err(Invalid(format!(
            "file name {name:?} names a folder: give the name of a file"
        )));
    }
    if let Some(bad) = name.chars().find(|c| matches!(c, '/' | '\\' | '\0')) {
        return Err(Invalid(format!(
            "file name {name:?} holds {bad:?}: give the folder in ?path= and only the name here"
        )));
    }
    if name.len() > 255 {
        return Err(Invalid(format!(
            "file name of {} bytes is too long: 255 is the most",
            name.len()
        )));
    }
    Ok(name)
}

/// Checks a folder below the drive and gives it without needless slashes; empty means the drive itself.
pub fn check_folder(path: &str) -> Result<String, Invalid> {
    if path.len() > MAX_PATH {
        return Err(Invalid(format!(
            "path of {} bytes is too long: {MAX_PATH} is the most",
            path.len()
        )));
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    for part in &parts {
        check_name(part).map_err(|error| error.at(&format!("path {path:?}")))?;
    }
    Ok(parts.join("/"))
}
