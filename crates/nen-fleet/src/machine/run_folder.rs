//! The folder in which a desktop's controller is reached. It is in memory, so that what is put there counts against the
//! desktop's limit, and is opened through the desktop's first process.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;

use nen_host::Process;
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};

/// Where it is in the desktop.
pub(crate) const RUN: &str = "/run/nen";

/// The controller's configuration in it, and in the folder outside from where it is shown.
pub(crate) const CONFIG: &str = "desktop.json";

/// The folder of one start of a desktop. Open, it can be read when all of the desktop's processes are gone.
#[derive(Debug)]
pub(crate) struct RunFolder(OwnedFd);

impl RunFolder {
    /// Opens it in the desktop whose first process this is. Only for one whose controller has said that it is ready: before
    /// that the process may see the host's folders.
    pub fn open(init: &Process) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = format!("/proc/{}/root", init.id().pid);
        let root = openat(CWD, root, flags, Mode::empty())?;
        if init.is_over() {
            // The number may be another's by now.
            return Err(io::ErrorKind::NotFound.into());
        }
        // Whatever was made of these folders inside, it does not lead out.
        let inside = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let path = RUN.trim_start_matches('/');
        Ok(Self(openat2(root, path, flags, Mode::empty(), inside)?))
    }

    /// Opens a file in it: none that a link leads to, and none that was mounted there.
    pub fn open_in_it(&self, name: &str, flags: OFlags) -> io::Result<OwnedFd> {
        let here = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
        Ok(openat2(&self.0, name, flags, Mode::empty(), here)?)
    }

    /// What the controller wrote down before it gave up. The desktop can put anything there, so it is read like that:
    /// no link is followed, nothing but a plain file is read, and no more than a line.
    pub fn exit_reason(&self) -> Option<String> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(self.open_in_it("exit-reason", flags).ok()?);
        if !file.metadata().ok()?.is_file() {
            return None;
        }
        let mut text = Vec::new();
        file.take(512).read_to_end(&mut text).ok()?;
        let text = String::from_utf8_lossy(&text);
        let line: String = text
            .lines()
            .next()?
            .chars()
            .filter(|c| !c.is_control())
            .collect();
        (!line.trim().is_empty()).then(|| line.trim().to_owned())
    }
}

#[cfg(test)]
impl From<File> for RunFolder {
    fn from(folder: File) -> Self {
        Self(folder.into())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_exit_reason_is_one_plain_line() {
        let temp = tempfile::tempdir().unwrap();
        let folder = RunFolder::from(File::open(temp.path()).unwrap());
        let path = temp.path().join("exit-reason");
        assert_eq!(folder.exit_reason(), None);
        fs::write(&path, "the X server died\u{7}\nand more").unwrap();
        assert_eq!(folder.exit_reason().unwrap(), "the X server died");
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", &path).unwrap();
        assert_eq!(folder.exit_reason(), None);
    }

    #[tokio::test]
    async fn a_process_that_is_over_has_none() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let process = Process::open(child.id().cast_signed()).unwrap();
        process.exited().await;
        let _ = child.wait();
        assert!(RunFolder::open(&process).is_err());
    }
}
