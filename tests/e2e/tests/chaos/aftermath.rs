//! What must be true once a server that was killed has come back and everything has ended.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nen_e2e::{Api, Receiver, Server, final_state, processes_with, until_within};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::scene::Scene;

/// Longer than anything that is waited for should take on a busy machine. On PostgreSQL other servers may be sending what
/// a killed one had claimed, so that its webhooks wait until 60 s are over.
pub const PATIENCE: Duration = Duration::from_secs(150);

impl Scene {
    /// Every run ended as it should, was told of in order and without a gap, and left nothing.
    #[track_caller]
    pub fn assert_all_ended(&self, runs: &[String], status: &str) {
        for run in runs {
            let ended = final_state(&self.server.api(), run);
            assert_eq!(ended["run_status"], status, "{ended}");
            assert_told(&self.server.api(), &self.receiver, run, &ended);
            // Nothing that comes late has changed its mind.
            let again = final_state(&self.server.api(), run);
            assert_eq!(again["run_status"], ended["run_status"]);
            assert_eq!(again["finished_at"], ended["finished_at"]);
        }
    }

    /// The server holds nothing any more.
    #[track_caller]
    pub fn assert_nothing_left(&self) {
        assert_nothing_left(&self.server);
    }
}

/// A server holds nothing any more: no desktop, sandbox, group or folder of one.
#[track_caller]
pub fn assert_nothing_left(server: &Server) {
    until_within(PATIENCE, "no desktop is left", || {
        let desktops = server.api().get("/desktops").expect(200);
        desktops.as_array().unwrap().is_empty().then_some(())
    });
    let folder = server.data_dir();
    let own = i32::try_from(server.pid()).unwrap();
    until_within(PATIENCE, "no sandbox is left", || {
        let mut left = processes_with(&folder.display().to_string());
        left.retain(|process| process.pid != own);
        left.is_empty().then_some(())
    });
    let groups = groups_of(&folder);
    assert!(groups.is_empty(), "{groups:?}");
    for name in ["desktops", "unclaimed"] {
        let left: Vec<_> = fs::read_dir(folder.join(name)).unwrap().flatten().collect();
        assert!(left.is_empty(), "{name}: {left:?}");
    }
}

/// Groups of everybody's desktops.
pub fn desktop_groups() -> BTreeSet<PathBuf> {
    let mut found = Vec::new();
    below(Path::new("/sys/fs/cgroup"), "dsk_", &mut found);
    found.into_iter().map(PathBuf::from).collect()
}

/// No group of a desktop of this server stays. Their names end with the device and number of its data folder, which another
/// had when it was there `before`.
pub fn assert_no_group_left(server: &Server, before: &BTreeSet<PathBuf>) {
    let place = server.data_dir().metadata().unwrap();
    let end = format!(".{:x}-{:x}", place.dev(), place.ino());
    until_within(PATIENCE, "no group is left", || {
        let now = desktop_groups();
        let mut new = now.difference(before);
        let left = new.find(|group| group.to_string_lossy().ends_with(&end));
        left.is_none().then_some(())
    });
}

/// What a run owed was delivered, in order and each the same whenever it came.
#[track_caller]
pub fn assert_told(api: &Api, receiver: &Receiver, run: &str, ended: &Value) {
    let path = format!("/runs/{run}/webhooks");
    let webhooks = until_within(PATIENCE, &format!("all of {run} is delivered"), || {
        let listed = api.get(&path).expect(200)["webhooks"].clone();
        let listed = listed.as_array().unwrap().clone();
        let all = listed
            .iter()
            .all(|webhook| webhook["delivery"] == "delivered");
        all.then_some(listed)
    });
    let owed: Vec<(&str, &str)> = webhooks
        .iter()
        .map(|webhook| (text(webhook, "webhook_id"), text(webhook, "status")))
        .collect();
    let statuses: Vec<&str> = owed.iter().map(|(_, status)| *status).collect();
    assert_eq!(statuses, ["processing", text(ended, "status")], "{run}");

    let came = receiver.of(run);
    let order: Vec<(String, String)> = came
        .iter()
        .filter(|hook| hook.earlier == 0)
        .map(|hook| (hook.id().to_owned(), hook.status()))
        .collect();
    let order: Vec<(&str, &str)> = order
        .iter()
        .map(|(id, status)| (&**id, &**status))
        .collect();
    assert_eq!(order, owed, "first deliveries of {run}");
    for (id, _) in owed {
        let bodies: BTreeSet<&[u8]> = came
            .iter()
            .filter(|hook| hook.id() == id)
            .map(|hook| &*hook.body)
            .collect();
        assert_eq!(bodies.len(), 1, "{id} is the same each time");
    }
    // Whoever has the result has been told before that it is being worked on, and is not told so afterwards.
    let last = came.iter().rposition(|hook| hook.status() == "processing");
    let first = came.iter().position(|hook| hook.status() != "processing");
    assert!(
        last < first,
        "{:?}",
        came.iter().map(nen_e2e::Hook::status).collect::<Vec<_>>()
    );
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

/// Control groups of sandboxes that a server made, by the name that goes with its data folder.
fn groups_of(data_dir: &Path) -> Vec<String> {
    let worker = fs::read_to_string(data_dir.join("worker-id")).unwrap();
    let hash = Sha256::digest(worker.trim().as_bytes());
    let hex: String = hash
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut found = Vec::new();
    below(
        Path::new("/sys/fs/cgroup"),
        &format!("run-{hex}-"),
        &mut found,
    );
    found
}

fn below(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    // Groups of others come and go meanwhile.
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            found.push(entry.path().display().to_string());
        }
        below(&entry.path(), prefix, found);
    }
}
