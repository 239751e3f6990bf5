//! The files a workflow left in `/artifacts`, taken out of its memory.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};

use rustix::fs::{Dir, FileType, Mode, OFlags, ResolveFlags, open as open_at, openat2};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Most files of one run.
const MOST_FILES: usize = 10_000;
/// Deepest folder.
const DEEPEST: usize = 32;

/// The folder as the process sees it. The handle keeps it there when every process is gone.
pub(super) fn open(python: i32) -> io::Result<OwnedFd> {
    let path = format!("/proc/{python}/root/artifacts");
    Ok(open_at(
        path,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?)
}

/// Writes what is in the folder to a zip file, with its structure, and answers the file's size. None, and nothing written, when
/// there is nothing. Only regular files are taken: links could lead anywhere. To be called when nothing runs any more.
pub(crate) fn zip(folder: &OwnedFd, target: File) -> io::Result<Option<u64>> {
    let mut found = Vec::new();
    collect(folder, "", 0, &mut found)?;
    if found.is_empty() {
        return Ok(None);
    }
    let mut zip = ZipWriter::new(target);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o644)
        .large_file(false);
    for name in &found {
        let mut file = File::from(beneath(folder, name, OFlags::RDONLY)?);
        zip.start_file(name.as_str(), options)
            .map_err(io::Error::other)?;
        io::copy(&mut file, &mut zip)?;
    }
    let mut file = zip.finish().map_err(io::Error::other)?;
    file.flush()?;
    Ok(Some(file.stream_position()?))
}

fn collect(folder: &OwnedFd, below: &str, depth: usize, found: &mut Vec<String>) -> io::Result<()> {
    if depth > DEEPEST {
        return Ok(());
    }
    let mut names = Vec::new();
    for entry in Dir::read_from(folder.as_fd())? {
        let entry = entry?;
        // A zip's names are text; what is not is left behind.
        if let Ok(name) = entry.file_name().to_str()
            && !matches!(name, "." | "..")
        {
            names.push((name.to_owned(), entry.file_type()));
        }
    }
    names.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, kind) in names {
        let path = format!("{below}{name}");
        match kind {
            FileType::RegularFile if found.len() < MOST_FILES => found.push(path),
            FileType::Directory => {
                let inner = beneath(folder, &name, OFlags::RDONLY | OFlags::DIRECTORY)?;
                collect(&inner, &format!("{path}/"), depth + 1, found)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn beneath(folder: &OwnedFd, path: &str, flags: OFlags) -> io::Result<OwnedFd> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    Ok(openat2(
        folder,
        path,
        flags | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK,
        Mode::empty(),
        resolve,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn files_are_taken_with_their_folders_and_links_are_not() {
        let temp = tempfile::tempdir().unwrap();
        let artifacts = temp.path().join("artifacts");
        std::fs::create_dir_all(artifacts.join("a/b")).unwrap();
        std::fs::write(artifacts.join("a/b/c.txt"), "deep").unwrap();
        std::fs::write(artifacts.join("d.txt"), "flat").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", artifacts.join("link")).unwrap();
        std::os::unix::fs::symlink("/etc", artifacts.join("folder")).unwrap();
        let folder = OwnedFd::from(File::open(&artifacts).unwrap());
        let target = temp.path().join("assets.zip");
        let size = zip(&folder, File::create(&target).unwrap())
            .unwrap()
            .unwrap();
        assert_eq!(size, std::fs::metadata(&target).unwrap().len());
        let mut archive = zip::ZipArchive::new(File::open(&target).unwrap()).unwrap();
        let names: Vec<String> = archive
            .file_names()
            .map(|name| name.unwrap().into_owned())
            .collect();
        assert_eq!(names, ["a/b/c.txt", "d.txt"]);
        let mut text = String::new();
        archive
            .by_name("a/b/c.txt")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "deep");
    }

    #[test]
    fn nothing_is_written_of_nothing() {
        let temp = tempfile::tempdir().unwrap();
        std::fs::create_dir(temp.path().join("artifacts")).unwrap();
        let folder = OwnedFd::from(File::open(temp.path().join("artifacts")).unwrap());
        let target = temp.path().join("assets.zip");
        let file = File::create(&target).unwrap();
        assert_eq!(zip(&folder, file).unwrap(), None);
        assert_eq!(target.metadata().unwrap().len(), 0);
    }
}
