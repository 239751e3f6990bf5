//! Archives that somebody made to write where they must not. Their manifests are right, so that only the harm is wrong.

use std::fs::{self, File};
use std::path::Path;

use nen_backup::BackupError;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};
use zstd::Encoder;

use crate::source::{names, restore};

/// An archive that is put together by hand.
pub struct Archive {
    tar: Builder<Vec<u8>>,
    pub entries: Vec<Value>,
}

/// How an archive begins, without a database.
pub fn head(format: u32, schema: i64) -> Value {
    json!({"format": format, "nen": "9.9.9", "schema": schema, "database": "none", "created_at": 1})
}

impl Archive {
    pub fn new(head: &Value) -> Self {
        let mut archive = Self {
            tar: Builder::new(Vec::new()),
            entries: Vec::new(),
        };
        archive.raw(
            "backup.json",
            EntryType::Regular,
            head.to_string().as_bytes(),
            "",
        );
        archive
    }

    fn raw(&mut self, name: &str, kind: EntryType, content: &[u8], link: &str) {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        // As it is: the library would refuse to write such names.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.as_gnu_mut().unwrap().linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_cksum();
        self.tar.append(&header, content).unwrap();
    }

    pub fn file(&mut self, name: &str, content: &[u8]) {
        self.raw(name, EntryType::Regular, content, "");
        let sha256: String = Sha256::digest(content)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let entry = json!({"name": name, "kind": "file", "size": content.len(), "sha256": sha256});
        self.entries.push(entry);
    }

    pub fn folder(&mut self, name: &str) {
        self.raw(name, EntryType::Directory, b"", "");
        self.entries.push(json!({"name": name, "kind": "folder"}));
    }

    pub fn link(&mut self, name: &str, target: &str) {
        self.raw(name, EntryType::Symlink, b"", target);
        let sha256: String = Sha256::digest(target)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.entries
            .push(json!({"name": name, "kind": "link", "sha256": sha256}));
    }

    /// Home of a desktop, where links may be.
    fn home(&mut self) {
        for name in [
            "data/desktops",
            "data/desktops/dsk_a",
            "data/desktops/dsk_a/home",
        ] {
            self.folder(name);
        }
    }

    pub fn manifest(&mut self) {
        let manifest = json!({"entries": self.entries, "unfinished": [], "left_out": []});
        self.raw(
            "manifest.json",
            EntryType::Regular,
            manifest.to_string().as_bytes(),
            "",
        );
    }

    pub fn finish(mut self, file: &Path) {
        self.manifest();
        let mut encoder = Encoder::new(File::create(file).unwrap(), 3).unwrap();
        std::io::Write::write_all(&mut encoder, &self.tar.into_inner().unwrap()).unwrap();
        encoder.finish().unwrap();
    }
}

/// Restores what `make` puts into an archive; nothing of it may be anywhere when it was refused.
async fn tried(make: impl FnOnce(&mut Archive, &Path)) -> Result<(), BackupError> {
    let folder = tempfile::tempdir().unwrap();
    let (file, into) = (folder.path().join("b.tar.zst"), folder.path().join("data"));
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    let mut archive = Archive::new(&head(1, 1));
    make(&mut archive, &outside);
    archive.finish(&file);
    let done = restore(&file, &into, false).await;
    assert_eq!(names(&outside), [""; 0], "nothing outside");
    assert_eq!(names(folder.path()), ["b.tar.zst", "data", "outside"]);
    if done.is_err() {
        assert_eq!(names(&into), [""; 0], "nothing inside either: {done:?}");
    }
    done.map(|_| ())
}

#[track_caller]
fn is_hostile(done: &Result<(), BackupError>, what: &str) {
    assert!(
        matches!(done, Err(BackupError::Hostile(_))),
        "{what}: {done:?}"
    );
}

#[tokio::test]
async fn a_harmless_archive_of_the_same_make_is_restored() {
    let done = tried(|archive, _| {
        archive.file("data/secret.key", b"sealing");
        archive.home();
        archive.link("data/desktops/dsk_a/home/link", "/etc/passwd");
        archive.file("data/desktops/dsk_a/home/file", b"x");
    });
    done.await.unwrap();
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_refused() {
    for name in [
        "../outside/x",
        "data/../../outside/x",
        "data/../outside",
        "/tmp/nen-hostile",
        "data//x",
        "data/./x",
        "data/",
        "data",
        "x",
        "database/other.db",
        "data/missing/x",
    ] {
        is_hostile(&tried(|archive, _| archive.file(name, b"x")).await, name);
        is_hostile(&tried(|archive, _| archive.folder(name)).await, name);
    }
}

#[tokio::test]
async fn no_link_leads_a_later_entry_outside() {
    let through = tried(|archive, outside| {
        archive.home();
        archive.link("data/desktops/dsk_a/home/l", outside.to_str().unwrap());
        archive.file("data/desktops/dsk_a/home/l/x", b"x");
    });
    is_hostile(&through.await, "a file behind a link");
    let replaced = tried(|archive, outside| {
        archive.home();
        archive.folder("data/desktops/dsk_a/home/l");
        archive.link("data/desktops/dsk_a/home/l", outside.to_str().unwrap());
        archive.file("data/desktops/dsk_a/home/l/x", b"x");
    });
    is_hostile(&replaced.await, "a folder that becomes a link");
    let over = tried(|archive, outside| {
        archive.home();
        archive.link(
            "data/desktops/dsk_a/home/l",
            outside.join("x").to_str().unwrap(),
        );
        archive.file("data/desktops/dsk_a/home/l", b"x");
    });
    is_hostile(&over.await, "a file over a link");
}

#[tokio::test]
async fn links_are_refused_where_the_server_would_follow_them() {
    for name in [
        "data/secret.key",
        "data/runs",
        "data/desktops",
        "database/nen.db",
    ] {
        is_hostile(
            &tried(|archive, _| archive.link(name, "/etc/shadow")).await,
            name,
        );
    }
    let of_a_desktop = tried(|archive, _| {
        archive.folder("data/desktops");
        archive.folder("data/desktops/dsk_a");
        archive.link("data/desktops/dsk_a/home", "/root");
    });
    is_hostile(&of_a_desktop.await, "a home that is a link");
}

#[tokio::test]
async fn what_is_neither_file_nor_folder_nor_link_is_refused() {
    for kind in [
        EntryType::Link,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::GNUSparse,
        EntryType::Continuous,
    ] {
        let done = tried(|archive, _| {
            archive.home();
            archive.raw("data/desktops/dsk_a/home/x", kind, b"", "/etc/shadow");
        });
        let done = done.await;
        assert!(done.is_err(), "{kind:?}");
        if kind != EntryType::GNUSparse {
            is_hostile(&done, &format!("{kind:?}"));
        }
    }
}

#[tokio::test]
async fn what_only_a_server_writes_is_in_no_backup() {
    for name in [
        "data/server.lock",
        "data/.restoring",
        "data/before-restore-1",
    ] {
        let done = tried(|archive, _| archive.file(name, b"x"));
        is_hostile(&done.await, name);
    }
    for name in ["instance.json", "sandbox.json", "desktop.json"] {
        let done = tried(|archive, _| {
            archive.folder("data/desktops");
            archive.folder("data/desktops/dsk_a");
            archive.file(&format!("data/desktops/dsk_a/{name}"), b"{}");
        });
        is_hostile(&done.await, name);
    }
    let image = tried(|archive, _| archive.folder("data/image"));
    is_hostile(&image.await, "files that every desktop sees");
}

#[tokio::test]
async fn a_name_without_an_end_takes_no_memory() {
    for kind in [EntryType::GNULongName, EntryType::GNULongLink] {
        let long = |length: usize| {
            tried(move |archive, _| {
                archive.raw("././@LongLink", kind, &vec![b'x'; length], "");
                archive.file("data/a", b"1");
            })
        };
        is_hostile(&long(1 << 20).await, "a name of a MiB");
        if kind == EntryType::GNULongName {
            is_hostile(&long(60_000).await, "a part that no file system takes");
        }
        // One that could be, and is not what the manifest says.
        assert!(long(100).await.is_err() || kind == EntryType::GNULongLink);
    }
}

#[tokio::test]
async fn nothing_comes_twice_and_nothing_behind_the_end() {
    let twice = tried(|archive, _| {
        archive.file("data/a", b"1");
        archive.file("data/a", b"2");
    });
    is_hostile(&twice.await, "twice");
    let behind = tried(|archive, _| {
        archive.file("data/a", b"1");
        archive.manifest();
        archive.file("data/b", b"2");
    });
    is_hostile(&behind.await, "behind the end");
}

#[tokio::test]
async fn parts_of_a_file_that_overlap_or_lie_outside_are_refused() {
    for parts in [
        json!([[0, 3], [2, 3]]),
        json!([[4, 6]]),
        json!([[u64::MAX, 6]]),
    ] {
        let done = tried(|archive, _| {
            archive.file("data/a", b"123456");
            archive.entries[0]["parts"] = parts.clone();
        });
        let done = done.await;
        assert!(
            matches!(done, Err(BackupError::Damaged(_))),
            "{parts}: {done:?}"
        );
    }
}

#[tokio::test]
async fn a_file_larger_than_any_can_be_leaves_nothing() {
    let done = tried(|archive, _| {
        archive.file("data/a", b"123456");
        archive.entries[0]["size"] = u64::MAX.into();
        archive.entries[0]["parts"] = json!([[0, 6]]);
    });
    // Its six bytes fit, but no filesystem has files of that size.
    let done = done.await;
    assert!(matches!(done, Err(BackupError::File { .. })), "{done:?}");
}
