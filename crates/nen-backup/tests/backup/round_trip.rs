//! What goes in comes out, and nothing that must not.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;

use nen_backup::{Backup, BackupError, DatabaseKind, OutputFile, is_half_restored};
use nen_store::{DesktopStatus, Store};

use crate::source::{Source, names, restore, url};

#[tokio::test]
async fn a_data_folder_comes_back_as_it_was() {
    let source = Source::new().await;
    source.desktop("dsk_a", DesktopStatus::Running).await;
    source.desktop("dsk_b", DesktopStatus::Paused).await;
    source.write("runs/5f/bundle/workflow.py", b"print()");
    source.write("runs/5f/screenshots/1.png", b"png");
    source.write("history/dsk_a/1.png", b"png");
    let home = source.data().join("desktops/dsk_a/home");
    let (tidied, long) = ("/.".repeat(80), "x/".repeat(200));
    let to = ["/etc/passwd", "/", "a//b", "a/.", "./a", &tidied, &long];
    for (number, target) in to.iter().enumerate() {
        symlink(target, home.join(format!("link-{number}"))).unwrap();
    }
    fs::create_dir(home.join("empty")).unwrap();
    let odd = OsStr::from_bytes(b"line\nfeed \xff");
    fs::write(home.join(odd), "odd").unwrap();
    fs::create_dir(home.join("n".repeat(200))).unwrap();
    fs::write(home.join("n".repeat(200)).join("m".repeat(200)), "long").unwrap();
    fs::write(home.join("program"), "x").unwrap();
    fs::set_permissions(home.join("program"), Permissions::from_mode(0o4755)).unwrap();
    fs::set_permissions(home.join("empty"), Permissions::from_mode(0o500)).unwrap();

    let made = source.back_up().await.unwrap();
    assert_eq!((made.desktops, made.has_secret_key), (2, true));
    assert_eq!(made.left_out, []);
    assert_eq!(made.head.database, DatabaseKind::Sqlite);
    let mode = source.archive().metadata().unwrap().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert_eq!(
        names(source.folder.path()),
        ["backup.tar.zst", "data"],
        "nothing stays"
    );

    let done = restore(&source.archive(), &source.other(), false)
        .await
        .unwrap();
    assert_eq!((done.desktops, done.unfinished.len()), (2, 0));
    let other = source.other();
    for (name, content) in [
        ("api-key", "sk_nen_x"),
        ("secret.key", "sealing"),
        ("runs/5f/bundle/workflow.py", "print()"),
        ("runs/5f/screenshots/1.png", "png"),
        ("history/dsk_a/1.png", "png"),
        ("desktops/dsk_a/home/file", "dsk_a"),
        ("desktops/dsk_b/home/file", "dsk_b"),
        ("desktops/dsk_b/drive/Downloads/report", "42"),
        ("desktops/dsk_a/machine-id", "0123"),
    ] {
        assert_eq!(
            fs::read_to_string(other.join(name)).unwrap(),
            content,
            "{name}"
        );
    }
    let back = other.join("desktops/dsk_a/home");
    for (number, target) in to.iter().enumerate() {
        let found = fs::read_link(back.join(format!("link-{number}"))).unwrap();
        // As bytes: paths with other slashes are equal.
        assert_eq!(found.as_os_str(), OsStr::new(target));
    }
    assert_eq!(fs::read(back.join(odd)).unwrap(), b"odd");
    let long = back.join("n".repeat(200)).join("m".repeat(200));
    assert_eq!(fs::read(long).unwrap(), b"long");
    let mode = |name: &str| back.join(name).metadata().unwrap().mode() & 0o7777;
    assert_eq!(
        mode("program"),
        0o755,
        "without the bit that lets it run as its owner"
    );
    assert_eq!(mode("empty"), 0o500);
    assert_eq!(mode("file"), 0o600);
    assert_eq!(
        back.join("file").metadata().unwrap().mtime(),
        home.join("file").metadata().unwrap().mtime()
    );

    let store = Store::open(&url(&other)).await.unwrap();
    let before = source.store.desktops().list_all().await.unwrap();
    assert_eq!(store.desktops().list_all().await.unwrap(), before);
    assert_eq!(
        other.join("nen.db").metadata().unwrap().mode() & 0o777,
        0o600
    );
    assert!(!is_half_restored(&other));
}

#[tokio::test]
async fn what_is_made_anew_or_must_not_be_twice_stays_behind() {
    let source = Source::new().await;
    source.desktop("dsk_a", DesktopStatus::Running).await;
    source.desktop("dsk_new", DesktopStatus::Creating).await;
    for name in [
        "worker-id",
        "server.lock",
        "desktops.lock",
        "image/bin/nen",
        "sandbox/bin/nen",
        "unclaimed/dsk_warm",
        "desktops/dsk_warm/home/file",
        "desktops/dsk_a/run/desktop.json",
        "desktops/dsk_a/instance.json",
        "desktops/dsk_a/sandbox.json",
        "desktops/dsk_a/desktop.log",
        "runs/5f/sandbox.json",
        "runs/describe-5f/bundle/workflow.py",
    ] {
        source.write(name, b"not me");
    }
    let _socket = UnixListener::bind(source.data().join("desktops/dsk_a/home/socket")).unwrap();
    source.back_up().await.unwrap();
    restore(&source.archive(), &source.other(), false)
        .await
        .unwrap();
    let other = source.other();
    assert_eq!(
        names(&other),
        ["api-key", "desktops", "nen.db", "runs", "secret.key"]
    );
    assert_eq!(names(&other.join("desktops")), ["dsk_a"]);
    assert_eq!(
        names(&other.join("desktops/dsk_a")),
        ["drive", "home", "machine-id"]
    );
    assert_eq!(names(&other.join("desktops/dsk_a/home")), ["file"]);
    assert_eq!(names(&other.join("runs")), ["5f"]);
    assert_eq!(names(&other.join("runs/5f")), [""; 0]);
}

/// Eight gigabytes that are mostly holes are a few bytes, in the archive and when they are back.
#[tokio::test]
async fn holes_of_files_take_no_room() {
    let source = Source::new().await;
    source.desktop("dsk_a", DesktopStatus::Paused).await;
    let path = source.data().join("desktops/dsk_a/drive/disk");
    let file = File::create(&path).unwrap();
    file.set_len(8 << 30).unwrap();
    file.write_all_at(b"first", 0).unwrap();
    file.write_all_at(b"middle", 3 << 30).unwrap();
    let made = source.back_up().await.unwrap();
    assert!(made.bytes < 1 << 20, "{}", made.bytes);
    assert!(source.archive().metadata().unwrap().len() < 1 << 20);

    restore(&source.archive(), &source.other(), false)
        .await
        .unwrap();
    let back = File::open(source.other().join("desktops/dsk_a/drive/disk")).unwrap();
    let found = back.metadata().unwrap();
    assert_eq!(found.len(), 8 << 30);
    assert!(found.blocks() < 1024, "{}", found.blocks());
    let read = |at, length| {
        let mut bytes = vec![0; length];
        back.read_exact_at(&mut bytes, at).unwrap();
        bytes
    };
    assert_eq!(read(0, 6), b"first\0");
    assert_eq!(read(3 << 30, 6), b"middle");
    assert_eq!(read((8 << 30) - 3, 3), [0; 3]);
}

/// Only where the tests run as root, who alone can give files to others.
#[tokio::test]
async fn each_desktop_gets_a_user_of_its_own() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let source = Source::new().await;
    for id in ["dsk_a", "dsk_b", "dsk_c"] {
        source.desktop(id, DesktopStatus::Paused).await;
    }
    symlink("file", source.data().join("desktops/dsk_b/home/link")).unwrap();
    source.write("desktops/dsk_b/rules", b"the server's");
    source.back_up().await.unwrap();
    restore(&source.archive(), &source.other(), false)
        .await
        .unwrap();
    let other = source.other();
    let owner = |name: &str| {
        let found = other.join(name).symlink_metadata().unwrap();
        assert_eq!(found.uid(), found.gid(), "{name}");
        found.uid()
    };
    for (id, user) in [("dsk_a", 210_000), ("dsk_b", 210_001), ("dsk_c", 210_002)] {
        for name in [
            "",
            "/home",
            "/home/file",
            "/drive/Downloads/report",
            "/machine-id",
        ] {
            assert_eq!(owner(&format!("desktops/{id}{name}")), user, "{id}{name}");
        }
    }
    assert_eq!(owner("desktops/dsk_b/home/link"), 210_001);
    for name in ["desktops", "desktops/dsk_b/rules", "secret.key", "nen.db"] {
        assert_eq!(owner(name), 0, "{name}");
    }
}

/// What is on a disk belongs to the user that its desktop had.
#[tokio::test]
async fn a_desktop_s_disk_comes_along_and_its_user_with_it() {
    let source = Source::new().await;
    source.desktop("dsk_a", DesktopStatus::Paused).await;
    source.desktop("dsk_b", DesktopStatus::Paused).await;
    let folder = source.data().join("desktops/dsk_b");
    fs::remove_dir_all(folder.join("home")).unwrap();
    fs::remove_dir_all(folder.join("drive")).unwrap();
    source.write("disks/dsk_b.img", b"ext4");
    source.write("disks/new.img", b"empty");
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        std::os::unix::fs::chown(&folder, Some(0), Some(210_007)).unwrap();
    }
    let made = source.back_up().await.unwrap();
    assert_eq!((made.desktops, made.left_out.len()), (2, 0));
    let done = restore(&source.archive(), &source.other(), false).await;
    assert_eq!(done.unwrap().desktops, 2);
    assert_eq!(names(&source.other().join("disks")), ["dsk_b.img"]);
    if is_root {
        let owner = |id: &str| {
            source
                .other()
                .join("desktops")
                .join(id)
                .metadata()
                .unwrap()
                .uid()
        };
        assert_eq!((owner("dsk_a"), owner("dsk_b")), (210_000, 210_007));
        let image = source.other().join("disks/dsk_b.img");
        assert_eq!(image.metadata().unwrap().uid(), 0);
    }
}

#[tokio::test]
async fn a_folder_with_something_in_it_is_left_alone_unless_told() {
    let source = Source::new().await;
    source.back_up().await.unwrap();
    let other = source.other();
    fs::create_dir_all(other.join("desktops/dsk_x")).unwrap();
    fs::write(other.join("secret.key"), "mine").unwrap();
    fs::write(other.join("server.lock"), "").unwrap();
    let refused = restore(&source.archive(), &other, false).await.unwrap_err();
    assert!(refused.to_string().contains("is not empty"), "{refused}");
    assert_eq!(fs::read(other.join("secret.key")).unwrap(), b"mine");

    // A server that was killed may have left it running.
    fs::write(other.join("desktops/dsk_x/instance.json"), "{}").unwrap();
    let refused = restore(&source.archive(), &other, true).await.unwrap_err();
    assert!(refused.to_string().contains("may still run"), "{refused}");
    fs::remove_file(other.join("desktops/dsk_x/instance.json")).unwrap();

    let done = restore(&source.archive(), &other, true).await.unwrap();
    let aside = done.put_aside.unwrap();
    assert_eq!(names(&aside), ["desktops", "secret.key"]);
    assert_eq!(fs::read(aside.join("secret.key")).unwrap(), b"mine");
    assert_eq!(fs::read(other.join("secret.key")).unwrap(), b"sealing");
}

#[tokio::test]
async fn a_backup_replaces_nothing_unless_told_and_is_no_part_of_itself() {
    let source = Source::new().await;
    fs::write(source.archive(), "older").unwrap();
    let refused = OutputFile::create(&source.archive(), false).unwrap_err();
    assert!(refused.to_string().contains("exists already"), "{refused}");
    // One that appears meanwhile is not overwritten either.
    fs::remove_file(source.archive()).unwrap();
    let file = OutputFile::create(&source.archive(), false).unwrap();
    fs::write(source.archive(), "meanwhile").unwrap();
    assert!(matches!(file.finish(), Err(BackupError::Refused(_))));
    assert_eq!(fs::read(source.archive()).unwrap(), b"meanwhile");
    source.back_up().await.unwrap();

    let (data, database) = (source.data(), url(&source.data()));
    let backup = Backup {
        data_dir: &data,
        database: &database,
        without_database: false,
        scratch: source.folder.path(),
    };
    for inside in ["b.tar.zst", "history/b.tar.zst", "runs/../b.tar.zst"] {
        fs::create_dir_all(data.join("history")).unwrap();
        fs::create_dir_all(data.join("runs")).unwrap();
        let refused = backup.check_place(&data.join(inside));
        assert!(matches!(refused, Err(BackupError::Refused(_))), "{inside}");
    }
    backup.check_place(&source.archive()).unwrap();
}

#[tokio::test]
async fn a_folder_without_a_server_s_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = url(folder.path());
    let backup = Backup {
        data_dir: folder.path(),
        database: &database,
        without_database: false,
        scratch: folder.path(),
    };
    let refused = backup.write(Vec::new()).await.unwrap_err();
    assert!(
        refused.to_string().contains("no database of a server"),
        "{refused}"
    );
    assert_eq!(names(folder.path()), [""; 0], "none was made");
}
