use std::fs::{self, DirEntry, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use glob::{MatchOptions, Pattern};
use nen_protocol::folder::{Folder, FolderFile, MAX_DEPTH, MAX_ENTRIES};

use super::FileError;
use crate::drive::PARTIAL;

/// As in shells and in Python, but for names that begin with a dot: `*` finds them, too.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// The regular files of a folder that fit a pattern, by name. Links to files are followed, links to folders are not, so
/// that no circle is walked.
pub(crate) fn list(folder: &Path, pattern: &str) -> Result<Folder, FileError> {
    let compiled = Pattern::new(pattern).map_err(|error| {
        FileError::Refused(format!(
            "pattern {pattern:?}: {} at character {}; ** stands alone between slashes, as in **/*.csv",
            error.msg, error.pos
        ))
    })?;
    let depth = match pattern.split('/').any(|part| part == "**") {
        true => None,
        false => Some(pattern.matches('/').count()),
    };
    let mut search = Search {
        pattern: compiled,
        depth,
        looked_at: 0,
        found: Vec::new(),
    };
    let is_folder = fs::metadata(folder)
        .map_err(FileError::of(folder))?
        .is_dir();
    if !is_folder {
        return Err(FileError::Refused(format!(
            "{} is a file: list the folder that it is in",
            folder.display()
        )));
    }
    let entries = fs::read_dir(folder).map_err(FileError::of(folder))?;
    search.walk(folder, entries, "", 0)?;
    search.found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Folder {
        path: folder.to_string_lossy().into_owned(),
        files: search.found,
    })
}

struct Search {
    pattern: Pattern,
    /// How many folders down the pattern reaches; any number of them for none.
    depth: Option<usize>,
    looked_at: usize,
    found: Vec<FolderFile>,
}

impl Search {
    fn walk(
        &mut self,
        folder: &Path,
        entries: fs::ReadDir,
        below: &str,
        depth: usize,
    ) -> Result<(), FileError> {
        for entry in entries {
            let entry = entry.map_err(FileError::of(folder))?;
            self.looked_at += 1;
            if self.looked_at > MAX_ENTRIES {
                return Err(too_much(&format!("more than {MAX_ENTRIES} entries")));
            }
            // What is no text has no name that could be asked for.
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                continue;
            };
            if name.starts_with(PARTIAL) {
                continue;
            }
            let name = match below {
                "" => name,
                below => format!("{below}/{name}"),
            };
            self.take(&entry, name, depth)?;
        }
        Ok(())
    }

    fn take(&mut self, entry: &DirEntry, name: String, depth: usize) -> Result<(), FileError> {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_folder {
            // What is gone by now is not there.
            if self.pattern.matches_with(&name, MATCHING)
                && let Ok(metadata) = fs::metadata(entry.path())
                && metadata.is_file()
            {
                self.found.push(describe(name, &metadata));
            }
            return Ok(());
        }
        if self.depth.is_some_and(|most| depth >= most) {
            return Ok(());
        }
        if depth >= MAX_DEPTH {
            return Err(too_much(&format!(
                "more than {MAX_DEPTH} folders in one another"
            )));
        }
        // A folder that may not be read holds nothing for this user.
        match fs::read_dir(entry.path()) {
            Ok(entries) => self.walk(&entry.path(), entries, &name, depth + 1),
            Err(_) => Ok(()),
        }
    }
}

fn too_much(what: &str) -> FileError {
    FileError::Refused(format!(
        "{what} would have to be looked at: give a path further down, or a pattern without **"
    ))
}

fn describe(name: String, metadata: &Metadata) -> FolderFile {
    FolderFile {
        name,
        size: metadata.len(),
        modified: metadata.mtime() as f64 + metadata.mtime_nsec() as f64 / 1e9,
    }
}
