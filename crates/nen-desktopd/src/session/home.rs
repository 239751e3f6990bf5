use std::fs;
use std::io;
use std::path::Path;

use crate::config::Config;

/// Puts the settings a home starts with where there are none yet: what a person changed stays.
pub(crate) fn fill(config: &Config) -> io::Result<()> {
    let template = config.share.join("home");
    match template.is_dir() {
        true => copy(&template, &config.home),
        false => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else if !target.exists() {
            // Not fs::copy, which would keep the template's read-only mode.
            fs::write(&target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}
