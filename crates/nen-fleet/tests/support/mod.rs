//! What the tests of the local driver share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "a test fixture; not every test uses all of it"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use nen_fleet::local::{LocalConfig, LocalDriver};
use nen_fleet::{CreateDesktop, DesktopSpec, Dial};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Stands in for `nen`; built beside the tests.
pub fn standin() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("examples/standin")
}

/// A data folder that desktops' users can pass to.
pub fn data() -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix("nen-fleet-test")
        .tempdir_in("/tmp")
        .unwrap()
}

pub fn driver(data: &Path) -> LocalDriver {
    LocalDriver::new(LocalConfig::new(data.to_owned(), standin())).unwrap()
}

/// Where what a desktop keeps lies on this machine: on a disk of its own when these tests are root.
pub fn files(data: &Path, id: &str) -> PathBuf {
    if rustix::process::geteuid().is_root() {
        data.join(format!("disks/{id}.img"))
    } else {
        data.join(format!("desktops/{id}/drive"))
    }
}

/// The drive of a desktop that runs, as it is seen inside.
pub fn drive(data: &Path, id: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{}/root/drive", process(data, id, "init")))
}

/// A process of a desktop that runs, as it is written down.
pub fn process(data: &Path, id: &str, which: &str) -> i32 {
    let record = std::fs::read(data.join("desktops").join(id).join("instance.json")).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
    i32::try_from(record[which]["pid"].as_i64().unwrap()).unwrap()
}

/// Ends a process at once.
pub fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

pub fn spec(id: &str) -> DesktopSpec {
    DesktopSpec {
        id: id.to_owned(),
        create: CreateDesktop::default(),
        unclaimed: false,
    }
}

/// A `GET` by hand: status line, headers and body as one text.
pub async fn get(dial: &Arc<dyn Dial>, path: &str) -> String {
    let mut stream = dial.dial().await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: desktop\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply
}

/// The body of [`get`] as JSON.
pub async fn get_json(dial: &Arc<dyn Dial>, path: &str) -> serde_json::Value {
    let reply = get(dial, path).await;
    serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Processes whose command line or mounts mention this folder.
pub fn left_behind(data: &Path) -> Vec<String> {
    let wanted = data.to_str().unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let cmdline = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let mounts = std::fs::read_to_string(format!("/proc/{pid}/mountinfo")).unwrap_or_default();
        if cmdline.contains(wanted) || mounts.contains(wanted) {
            found.push(format!("{pid}: {}", cmdline.replace('\0', " ")));
        }
    }
    found
}

/// cgroups with this name, in any tree.
pub fn groups(id: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, id: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return;
        };
        for entry in entries.filter_map(Result::ok) {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if entry.file_name() == id {
                    found.push(entry.path());
                }
                walk(&entry.path(), id, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new("/sys/fs/cgroup"), id, &mut found);
    found
}
