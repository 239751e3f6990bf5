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

/// The folder of a run or an upload: but for the server, only the user that its sandbox runs as can pass through, and not
/// look into. None: the sandbox runs as the server's user.
pub(crate) fn private(path: &Path, user: Option<u32>) -> io::Result<()> {
    fs::create_dir_all(path)?;
    let mode = match user {
        Some(user) => {
            // Its group and not its owner, so that nothing in a sandbox could ever open it to others.
            std::os::unix::fs::lchown(path, None, Some(user))?;
            0o710
        }
        None => 0o700,
    };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Shuts the folders of runs that an earlier version left open for everybody to pass. Sandboxes that run see what is in
/// them all the same.
pub(crate) fn shut_earlier(runs: &Path) -> io::Result<()> {
    for entry in fs::read_dir(runs)? {
        let entry = entry?;
        // Another process on this folder may remove what a run left.
        let Ok(found) = entry.metadata() else {
            continue;
        };
        let mode = found.permissions().mode();
        if found.is_dir() && mode & 0o007 != 0 {
            let shut = fs::Permissions::from_mode(mode & 0o770);
            match fs::set_permissions(entry.path(), shut) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
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
