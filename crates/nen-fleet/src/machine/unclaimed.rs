//! Which desktops were started for nobody yet.
//!
//! Each has an empty file here, from before its folder is made until it is claimed or its folder is gone. So a server that
//! was killed at whatever moment leaves no folder of which the next one does not know whether it is anybody's.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use nen_host::durable;

use super::remove;

/// The folder of these files.
#[derive(Debug)]
pub(crate) struct Unclaimed(PathBuf);

impl Unclaimed {
    pub fn open(base: &Path) -> io::Result<Self> {
        let folder = base.join("unclaimed");
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        Ok(Self(folder))
    }

    pub fn add(&self, id: &str) -> io::Result<()> {
        fs::write(self.0.join(id), "")?;
        durable::sync_folder(&self.0)
    }

    /// Fine when it is not there.
    pub fn remove(&self, id: &str) -> io::Result<()> {
        remove::file(&self.0.join(id))
    }

    pub fn ids(&self) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(&self.0)?;
        Ok(entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect())
    }
}
