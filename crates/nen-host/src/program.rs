//! Programs of this machine: where they are, and copies that everybody can run.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Where a program is: in `PATH`, or in one of the two folders that are not in everybody's.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    folders.map(|folder| folder.join(name)).find(|path| {
        path.metadata()
            .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    })
}

/// Brings a copy of a program up to date. Users of sandboxes must be able to run it wherever the operator keeps it, and
/// after it was replaced. The copy is replaced, never changed: what runs keeps what it has.
pub fn keep_copy(from: &Path, to: &Path) -> io::Result<()> {
    let source = fs::metadata(from)?;
    if fs::metadata(to)
        .is_ok_and(|copy| copy.len() == source.len() && copy.mtime() == source.mtime())
    {
        return Ok(());
    }
    let partial = to.with_extension(format!("new-{}", std::process::id()));
    fs::copy(from, &partial)?;
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o755))?;
    let copy = fs::File::open(&partial)?;
    copy.set_modified(source.modified()?)?;
    // It is believed by its size and time later on, which may outlive a power cut that its bytes do not.
    copy.sync_all()?;
    fs::rename(partial, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_what_was_copied_last_and_everybodys_to_run() {
        let temp = tempfile::tempdir().unwrap();
        let (from, to) = (temp.path().join("from"), temp.path().join("to"));
        fs::write(&from, "one").unwrap();
        fs::set_permissions(&from, fs::Permissions::from_mode(0o700)).unwrap();
        keep_copy(&from, &to).unwrap();
        let first = fs::metadata(&to).unwrap();
        assert_eq!(first.permissions().mode() & 0o777, 0o755);
        keep_copy(&from, &to).unwrap();
        assert_eq!(fs::metadata(&to).unwrap().ino(), first.ino());
        fs::write(&from, "another").unwrap();
        keep_copy(&from, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"another");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 2);
    }

    #[test]
    fn programs_are_found_and_what_is_none_is_not() {
        assert!(find("sh").is_some());
        assert_eq!(find("no-such-program-of-nen"), None);
    }
}
