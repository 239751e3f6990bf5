//! A desktop's folder in the data folder.

use std::fs;
use std::io::{self, Read as _, Seek as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use nen_host::{Group, ProcessId, durable};

/// What the desktop's own processes print.
pub(crate) const DESKTOP_LOG: &str = "desktop.log";

/// What slirp4netns prints, which is a lot.
pub(crate) const NETWORK_LOG: &str = "network.log";

/// What the guard of its network prints when it fails.
pub(crate) const GUARD_LOG: &str = "egress.log";

/// What a desktop keeps from one start to the next; one within another comes after it.
pub(crate) const FILES: [&str; 3] = ["home", "drive", "drive/Downloads"];

/// Where its disk is mounted, for nobody but its own sandbox.
const DISK: &str = "disk";

/// Beyond this much, a log is emptied.
const LOG_LIMIT: u64 = 4 << 20;

/// What is written down about a desktop's processes, for a server that comes after this one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The start of the machine that the rest is about. Numbers of processes mean others after the next one.
    #[serde(default)]
    pub boot: String,
    /// User and group that it runs as, when the server is root.
    pub user: Option<u32>,
    /// The stage, later bubblewrap, which waits outside; of a container the stage that is in its namespaces for a moment.
    pub outer: Option<ProcessId>,
    /// The first process inside. Its end is the end of all others.
    pub init: Option<ProcessId>,
    /// slirp4netns.
    pub network: Option<ProcessId>,
    /// What guards its network, where that lists what may be reached.
    pub guard: Option<ProcessId>,
    /// Where its limits are kept.
    pub group: Option<Group>,
    /// What its container is called. That outlives the machine's start.
    pub container: Option<String>,
    /// Its limits are the engine's, and so is stopping it where it is.
    #[serde(default)]
    pub by_engine: bool,
    /// Stopped where it was.
    pub paused: bool,
    /// Its processes were ended in good order; what is left is its container.
    #[serde(default)]
    pub stopped: bool,
}

impl Record {
    /// Whether the machine was started again since.
    pub fn is_of_earlier_start(&self) -> bool {
        // Earlier versions did not write it down.
        !self.boot.is_empty() && self.boot != boot()
    }
}

/// The folder of one desktop.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub root: PathBuf,
}

impl Folder {
    /// Where home and drive are, as the sandbox's stage sees it: on a disk of their own or not.
    pub fn files(&self, on_disk: bool) -> PathBuf {
        if on_disk {
            self.root.join(DISK)
        } else {
            self.root.clone()
        }
    }

    /// Whether home and drive lie in the folder itself.
    pub fn has_plain_files(&self) -> bool {
        self.root.join("home").exists()
    }

    /// Makes what is missing. What a desktop can write to belongs to `owner`. What is on a disk is made when that is mounted.
    pub fn prepare(&self, owner: Option<u32>, on_disk: bool) -> io::Result<()> {
        // Earlier versions had what is in memory now in it.
        super::remove::tree(&self.root.join("run"))?;
        let own = if on_disk { &[][..] } else { &FILES };
        for name in [""].iter().chain(own) {
            if make_folder(&self.root.join(name))? && !name.is_empty() {
                give(&self.root.join(name), owner)?;
            }
        }
        if on_disk {
            make_folder(&self.root.join(DISK))?;
        }
        let machine_id = self.root.join("machine-id");
        if !machine_id.exists() {
            // All that is kept of a desktop must outlast a power cut from its first answer on; this file comes last.
            for name in own.iter().rev() {
                durable::sync_folder(&self.root.join(name))?;
            }
            let id: u128 = rand::random();
            let text = format!("{id:032x}\n");
            durable::replace(&machine_id, text.as_bytes())?;
            give(&machine_id, owner)?;
            fs::File::open(&machine_id)?.sync_all()?;
            durable::sync_folder(&self.root)?;
            durable::sync_name(&self.root)?;
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

    /// What was written down, if anything; of an earlier start of the machine nothing but that.
    pub fn record(&self) -> Option<Record> {
        let text = fs::read(self.root.join("instance.json")).ok()?;
        let record: Record = serde_json::from_slice(&text).ok()?;
        if !record.is_of_earlier_start() {
            return Some(record);
        }
        Some(Record {
            boot: record.boot,
            user: record.user,
            container: record.container,
            ..Record::default()
        })
    }

    pub fn write_record(&self, record: &Record) -> io::Result<()> {
        self.write("instance.json", &serde_json::to_vec(record)?, None)
            .map(|_| ())
    }

    pub fn forget_record(&self) -> io::Result<()> {
        super::remove::file(&self.root.join("instance.json"))
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

    /// Empties logs that have grown too long.
    pub fn bound_logs(&self) -> io::Result<()> {
        for name in [DESKTOP_LOG, NETWORK_LOG, GUARD_LOG] {
            let log = self.root.join(name);
            match fs::metadata(&log) {
                // Room can be taken beyond its end, too.
                Ok(found) if found.len() > LOG_LIMIT || found.blocks() * 512 > 2 * LOG_LIMIT => {
                    fs::OpenOptions::new().append(true).open(log)?.set_len(0)?;
                }
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
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
}

/// Whether it was not there.
fn make_folder(path: &Path) -> io::Result<bool> {
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        other => other.map(|()| true),
    }
}

/// What the kernel calls this start of the machine; empty where it does not say.
pub(crate) fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.map_or_else(|_| String::new(), |id| id.trim().to_owned())
}

/// Gives a file to a desktop's user.
pub(crate) fn give(path: &Path, owner: Option<u32>) -> io::Result<()> {
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
        folder.prepare(None, false).unwrap();
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
    fn a_log_that_has_grown_too_long_is_emptied() {
        let (_temp, folder) = folder();
        folder.bound_logs().unwrap();
        let log = folder.open_log(DESKTOP_LOG).unwrap();
        log.set_len(LOG_LIMIT).unwrap();
        folder.bound_logs().unwrap();
        assert_eq!(log.metadata().unwrap().len(), LOG_LIMIT);
        log.set_len(LOG_LIMIT + 1).unwrap();
        folder.bound_logs().unwrap();
        assert_eq!(log.metadata().unwrap().len(), 0);
    }

    #[test]
    fn processes_of_an_earlier_start_of_the_machine_are_nobodys() {
        let (_temp, folder) = folder();
        let init = Some(ProcessId { pid: 1, started: 1 });
        let record = Record {
            boot: boot(),
            init,
            ..Record::default()
        };
        folder.write_record(&record).unwrap();
        assert_eq!(folder.record().unwrap().init, init);
        let earlier = Record {
            boot: "another".to_owned(),
            ..record
        };
        folder.write_record(&earlier).unwrap();
        assert_eq!(folder.record().unwrap().init, None);
        assert!(folder.record().unwrap().is_of_earlier_start());
    }

    #[test]
    fn home_and_drive_are_kept_and_an_earlier_run_folder_is_not() {
        let (_temp, folder) = folder();
        fs::write(folder.root.join("home/kept"), "1").unwrap();
        fs::create_dir(folder.root.join("run")).unwrap();
        fs::write(folder.root.join("run/old"), "1").unwrap();
        folder.prepare(None, false).unwrap();
        assert!(folder.root.join("home/kept").exists());
        assert!(!folder.root.join("run").exists());
    }
}
