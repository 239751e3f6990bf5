//! A workflow's files on disk, for a sandbox to see.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use nen_protocol::workflow::SourceFile;

/// Writes the files below `folder`, readable by the sandbox's user whatever the server's umask is. Their paths were
/// checked when they were uploaded.
pub(crate) fn write(folder: &Path, files: &[SourceFile]) -> io::Result<()> {
    readable(folder)?;
    for file in files {
        let path = folder.join(&file.filename);
        let above: Vec<&Path> = Path::new(&file.filename)
            .ancestors()
            .skip(1)
            .filter(|above| !above.as_os_str().is_empty())
            .collect();
        above
            .into_iter()
            .rev()
            .try_for_each(|above| readable(&folder.join(above)))?;
        fs::write(&path, &file.content)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

/// A folder that other users can pass through, and not look into.
pub(crate) fn passable(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o711))
}

/// A folder that every user may look into.
pub(crate) fn readable(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}
