//! A desktop's folder in the data folder.

use std::fs;
use std::io::{self, Read as _, Seek as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use nen_host::{Group, ProcessId};

/// What the desktop's own processes print.
pub(super) const DESKTOP_LOG: &str = "desktop.log";

/// What slirp4netns prints, which is a lot.
pub(super) const NETWORK_LOG: &str = "network.log";

/// What the guard of its network prints when it fails.
pub(super) const GUARD_LOG: &str = "egress.log";

/// Beyond this much, a desktop's log is emptied.
const LOG_LIMIT: u64 = 4 << 20;

/// What is written down about a desktop's processes, for a server that comes after this one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// User and group that it runs as, when the server is root.
    pub user: Option<u32>,
    /// The stage, later bubblewrap, which waits outside.
    pub outer: Option<ProcessId>,
    /// The first process inside. Its end is the end of all others.
    pub init: Option<ProcessId>,
    /// slirp4netns.
    pub network: Option<ProcessId>,
    /// What guards its network, where that lists what may be reached.
    pub guard: Option<ProcessId>,
    /// Where its limits are kept.
    pub group: Option<Group>,
    /// Stopped where it was.
    pub paused: bool,
}

/// The folder of one desktop.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub root: PathBuf,
}

impl Folder {
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    pub fn socket(&self) -> PathBuf {
        self.run().join("controller.sock")
    }

    /// Makes what is missing, and the run folder anew. What a desktop can write to belongs to `owner`.
    pub fn prepare(&self, owner: Option<u32>) -> io::Result<()> {
        if self.run().exists() {
            super::remove::tree(&self.run())?;
        }
        for name in ["", "home", "drive", "drive/Downloads", "run"] {
            let path = self.root.join(name);
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                other => other?,
            }
            give(&path, owner)?;
        }
        if !self.root.join("machine-id").exists() {
            let id: u128 = rand::random();
            self.write("machine-id", format!("{id:032x}\n").as_bytes(), owner)?;
        }
        Ok(())
    }

    /// Writes a small file whole, readable by the desktop's user only. Only for names a desktop cannot get at, or
    /// before it runs.
    pub fn write(&self, name: &str, content: &[u8], owner: Option<u32>) -> io::Result<PathBuf> {
        let path = self.root.join(name);
        let partial = self.root.join(format!("{name}.new"));
        fs::write(&partial, content)?;
        fs::set_permissions(&partial, fs::Permissions::from_mode(0o600))?;
        give(&partial, owner)?;
        fs::rename(&partial, &path)?;
        Ok(path)
    }

    /// What was written down, if anything.
    pub fn record(&self) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.root.join("instance.json")).ok()?).ok()
    }

    pub fn write_record(&self, record: &Record) -> io::Result<()> {
        self.write("instance.json", &serde_json::to_vec(record)?, None)
            .map(|_| ())
    }

    pub fn forget_record(&self) -> io::Result<()> {
        match fs::remove_file(self.root.join("instance.json")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// A log opened anew for each start, for what processes print.
    pub fn open_log(&self, name: &str) -> io::Result<fs::File> {
        let log = self.root.join(name);
        if log.exists() {
            fs::remove_file(&log)?;
        }
        fs::OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(log)
    }

    /// Empties a log that has grown too long.
    pub fn bound_log(&self) -> io::Result<()> {
        let log = fs::OpenOptions::new()
            .append(true)
            .open(self.root.join(DESKTOP_LOG))?;
        if log.metadata()?.len() > LOG_LIMIT {
            log.set_len(0)
        } else {
            Ok(())
        }
    }

    /// The last lines of a log in one line.
    pub fn log_tail(&self, name: &str) -> String {
        let mut tail = Vec::new();
        if let Ok(mut log) = fs::File::open(self.root.join(name)) {
            let length = log.metadata().map_or(0, |found| found.len());
            let _ = log.seek(io::SeekFrom::Start(length.saturating_sub(2048)));
            let _ = log.take(2048).read_to_end(&mut tail);
        }
        let text = String::from_utf8_lossy(&tail);
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        lines[lines.len().saturating_sub(4)..].join("; ")
    }

    /// What the controller wrote down before it gave up. The desktop can put anything there, so it is read like that:
    /// no link is followed, nothing but a plain file is read, and no more than a line.
    pub fn exit_reason(&self) -> Option<String> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let flags = i32::from_ne_bytes(flags.bits().to_ne_bytes());
        let file = fs::OpenOptions::new()
            .read(true)
            .custom_flags(flags)
            .open(self.run().join("exit-reason"))
            .ok()?;
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

/// Gives a file to a desktop's user.
fn give(path: &Path, owner: Option<u32>) -> io::Result<()> {
    owner.map_or(Ok(()), |owner| {
        std::os::unix::fs::lchown(path, Some(owner), Some(owner))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder {
            root: temp.path().join("dsk_abcdefghijkl"),
        };
        folder.prepare(None).unwrap();
        (temp, folder)
    }

    #[test]
    fn a_record_reads_back() {
        let (_temp, folder) = folder();
        assert_eq!(folder.record(), None);
        let record = Record {
            user: Some(210_000),
            paused: true,
            ..Record::default()
        };
        folder.write_record(&record).unwrap();
        assert_eq!(folder.record(), Some(record));
        folder.forget_record().unwrap();
        folder.forget_record().unwrap();
        assert_eq!(folder.record(), None);
    }

    #[test]
    fn an_exit_reason_is_one_plain_line() {
        let (_temp, folder) = folder();
        let path = folder.run().join("exit-reason");
        fs::write(&path, "the X server died\u{7}\nand more").unwrap();
        assert_eq!(folder.exit_reason().unwrap(), "the X server died");
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", &path).unwrap();
        assert_eq!(folder.exit_reason(), None);
    }

    #[test]
    fn home_and_drive_are_kept_and_the_run_folder_is_not() {
        let (_temp, folder) = folder();
        fs::write(folder.root.join("home/kept"), "1").unwrap();
        fs::write(folder.run().join("old"), "1").unwrap();
        folder.prepare(None).unwrap();
        assert!(folder.root.join("home/kept").exists());
        assert!(!folder.run().join("old").exists());
    }
}
