//! Removing a desktop's files, whatever it made of them.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, chmodat, openat, renameat, unlinkat};
use rustix::io::Errno;

/// Folders nested deeper than this are moved up first: a desktop can nest them by the ten thousand, and neither the
/// stack nor the table of open files is that large.
const DEPTH: usize = 50;

/// Removes a file. Fine when there is none.
pub(crate) fn file(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a folder and all in it. No link is followed. Fine when there is nothing.
pub(crate) fn tree(path: &Path) -> io::Result<()> {
    let root = match open(CWD, path) {
        Err(Errno::NOENT) => return Ok(()),
        other => other?,
    };
    let mut moved = 0;
    // What was moved up while the folder was read is found the next time.
    loop {
        let before = moved;
        clear(root.as_fd(), root.as_fd(), 0, &mut moved)?;
        if moved == before {
            break;
        }
    }
    drop(root);
    Ok(unlinkat(CWD, path, AtFlags::REMOVEDIR)?)
}

fn clear(
    root: BorrowedFd<'_>,
    folder: BorrowedFd<'_>,
    depth: usize,
    moved: &mut u64,
) -> rustix::io::Result<()> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
            names.push((entry.file_name().to_owned(), entry.file_type()));
        }
    }
    for (name, kind) in names {
        let done = if kind == FileType::Directory {
            Err(Errno::ISDIR)
        } else {
            unlinkat(folder, &*name, AtFlags::empty())
        };
        match done {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(Errno::ISDIR) => clear_folder(root, folder, &name, depth, moved)?,
            // A folder without write permission, which only bothers an ordinary user.
            Err(Errno::ACCESS) => {
                rustix::fs::fchmod(folder, Mode::RWXU)?;
                unlinkat(folder, &*name, AtFlags::empty())?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn clear_folder(
    root: BorrowedFd<'_>,
    parent: BorrowedFd<'_>,
    name: &CStr,
    depth: usize,
    moved: &mut u64,
) -> rustix::io::Result<()> {
    if depth >= DEPTH {
        // No name that is there already, by chance or because somebody guessed it.
        let up = format!(".nen-removing-{:032x}", rand::random::<u128>());
        *moved += 1;
        return renameat(parent, name, root, up);
    }
    {
        let folder = open(parent, name)?;
        clear(root, folder.as_fd(), depth + 1, moved)?;
    }
    match unlinkat(parent, name, AtFlags::REMOVEDIR) {
        Err(Errno::ACCESS) => {
            rustix::fs::fchmod(parent, Mode::RWXU)?;
            unlinkat(parent, name, AtFlags::REMOVEDIR)
        }
        other => other,
    }
}

fn open<P: rustix::path::Arg + Copy>(parent: impl AsFd, name: P) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match openat(&parent, name, flags, Mode::empty()) {
        Err(Errno::ACCESS) => {
            chmodat(&parent, name, Mode::RWXU, AtFlags::empty())?;
            openat(&parent, name, flags, Mode::empty())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn nothing_there_is_fine() {
        tree(Path::new("/nonexistent/folder")).unwrap();
    }

    #[test]
    fn links_are_removed_and_not_followed() {
        let temp = tempfile::tempdir().unwrap();
        let outside = temp.path().join("outside");
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("kept"), "1").unwrap();
        let doomed = temp.path().join("doomed");
        fs::create_dir_all(doomed.join("a/b")).unwrap();
        std::os::unix::fs::symlink(&outside, doomed.join("a/link")).unwrap();
        fs::write(doomed.join("a/b/file"), "1").unwrap();
        fs::set_permissions(doomed.join("a/b"), fs::Permissions::from_mode(0o000)).unwrap();
        tree(&doomed).unwrap();
        assert!(!doomed.exists());
        assert!(outside.join("kept").exists());
    }

    #[test]
    fn folders_nested_by_the_thousand_go_too() {
        let temp = tempfile::tempdir().unwrap();
        let doomed = temp.path().join("doomed");
        fs::create_dir(&doomed).unwrap();
        let mut at = open(CWD, &doomed).unwrap();
        for _ in 0..3000 {
            rustix::fs::mkdirat(&at, "d", Mode::RWXU).unwrap();
            at = open(&at, "d").unwrap();
        }
        drop(at);
        tree(&doomed).unwrap();
        assert!(!doomed.exists());
    }
}
