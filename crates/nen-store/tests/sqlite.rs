//! The suite on SQLite, and what only a file can get wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod suite;

use std::{fs, os::unix::fs::PermissionsExt, path::Path, pin::Pin};

use nen_store::{Store, StoreError};
use suite::Db;

type Test = fn(Db) -> Pin<Box<dyn Future<Output = ()> + Send>>;

async fn on_sqlite(test: Test) {
    let folder = tempfile::tempdir().unwrap();
    test(Db::new(url(&folder.path().join("nen.db")))).await;
}

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

every_test!(on_sqlite);

#[tokio::test]
async fn file_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new folder/nen #1.db");
    let store = Store::open(&url(&file)).await.unwrap();
    store.ensure_default_workspace().await.unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(file.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
        seen += 1;
    }
    assert_eq!(seen, 3, "nen #1.db, its -wal and its -shm");
}

/// What the disk holds at the moment a write is acknowledged is enough: nothing waits for a clean end.
#[tokio::test]
async fn acknowledged_writes_survive_without_a_close() {
    let folder = tempfile::tempdir().unwrap();
    let live = folder.path().join("live.db");
    let store = Store::open(&url(&live)).await.unwrap();
    let secret = store
        .ensure_default_workspace()
        .await
        .unwrap()
        .unwrap()
        .secret;
    let desktop = suite::add_desktop(&store).await;

    let copy = folder.path().join("copy.db");
    fs::copy(&live, &copy).unwrap();
    fs::copy(
        folder.path().join("live.db-wal"),
        folder.path().join("copy.db-wal"),
    )
    .unwrap();
    let after = Store::open(&url(&copy)).await.unwrap();
    assert!(
        after
            .keys()
            .find_by_secret(&secret)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        after.desktops().find(&desktop.id).await.unwrap(),
        Some(desktop)
    );
}

#[tokio::test]
async fn a_closed_file_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let url = url(&folder.path().join("nen.db"));
    let store = Store::open(&url).await.unwrap();
    store.ensure_default_workspace().await.unwrap();
    let desktop = suite::add_desktop(&store).await;
    store.close().await;
    assert!(store.ping().await.is_err());
    assert!(
        !folder.path().join("nen.db-wal").exists(),
        "the log is folded into the file"
    );

    let store = Store::open(&url).await.unwrap();
    assert_eq!(store.ensure_default_workspace().await.unwrap(), None);
    assert_eq!(store.desktops().list_all().await.unwrap(), [desktop]);
}

/// Two stores lock each other as two processes do (`nen serve` and another tool on one file).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_two_processes_all_get_through() {
    let folder = tempfile::tempdir().unwrap();
    let url = url(&folder.path().join("nen.db"));
    let stores = [
        Store::open(&url).await.unwrap(),
        Store::open(&url).await.unwrap(),
    ];
    stores[0].ensure_default_workspace().await.unwrap();
    let writers: Vec<_> = (0..60)
        .map(|number| {
            let store = stores[number % 2].clone();
            tokio::spawn(async move { suite::add_desktop(&store).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(stores[1].desktops().count(None).await.unwrap(), 60);
}

#[tokio::test]
async fn unusable_urls_are_refused_clearly() {
    for url in [
        "mysql://u:secret@h/d",
        "sqlite::memory:",
        "sqlite:",
        "nen.db",
        "sqlite:/tmp/x?mode=ro",
    ] {
        match Store::open(url).await {
            Err(StoreError::Url(text)) => assert!(!text.contains("secret"), "{text}"),
            other => panic!("{url}: {other:?}"),
        }
    }
    let missing = Store::open("sqlite:/proc/nowhere/nen.db").await;
    assert!(
        matches!(missing, Err(StoreError::File { .. })),
        "{missing:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    let text = "dear database, ".repeat(100);
    fs::write(&file, &text).unwrap();
    let refused = Store::open(&url(&file)).await.unwrap_err().to_string();
    assert!(refused.contains("file is not a database"), "{refused}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}
