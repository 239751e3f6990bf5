//! What a folder and a store have in common.

use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use nen_objects::{Objects, Place};
use tempfile::NamedTempFile;

use nen_object_server::ObjectServer;

/// Does the same with both.
async fn with_both<F: Future<Output = ()>>(test: impl Fn(Objects) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("objects"));
    test(Objects::open(&place, &[]).unwrap()).await;
    let server = ObjectServer::start().await;
    test(crate::objects(server.address(), "s3://nen/a/folder", &[])).await;
}

/// Bytes of which no two pieces are alike.
pub fn pattern(length: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_be_bytes).take(length).collect()
}

/// A file of one's own.
pub fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    file
}

async fn all(objects: &Objects, name: &str, part: Option<std::ops::Range<u64>>) -> Vec<u8> {
    let (_, content) = objects.read(name, part).await.unwrap().unwrap();
    let pieces: Vec<Bytes> = content.try_collect().await.unwrap();
    pieces.concat()
}

#[tokio::test]
async fn what_is_put_is_found_read_in_parts_and_removed() {
    with_both(|objects| async move {
        objects.check().await.unwrap();
        assert_eq!(objects.find("runs/5f/a.png").await.unwrap(), None);
        assert!(objects.read("runs/5f/a.png", None).await.unwrap().is_none());
        for text in ["one", "another"] {
            let bytes = Bytes::from_static(text.as_bytes());
            objects.put("runs/5f/a.png", bytes).await.unwrap();
            let found = objects.find("runs/5f/a.png").await.unwrap().unwrap();
            assert_eq!(found.size, text.len() as u64);
            assert!(found.tag.starts_with('"') && found.tag.ends_with('"') && found.tag.len() > 2);
            let (same, _) = objects.read("runs/5f/a.png", None).await.unwrap().unwrap();
            assert_eq!(same, found);
            assert_eq!(all(&objects, "runs/5f/a.png", None).await, text.as_bytes());
        }
        assert_eq!(all(&objects, "runs/5f/a.png", Some(2..5)).await, b"oth");
        let whole = objects.bytes("runs/5f/a.png").await.unwrap();
        assert_eq!(whole.unwrap(), "another");
        objects.remove("runs/5f/a.png").await.unwrap();
        objects.remove("runs/5f/a.png").await.unwrap();
        assert_eq!(objects.bytes("runs/5f/a.png").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_listed_and_removed_whole() {
    with_both(|objects| async move {
        assert_eq!(objects.below("history").await.unwrap(), []);
        objects.remove_below("history").await.unwrap();
        for name in [
            "history/dsk_a/1.png",
            "history/dsk_a/2.png",
            "history/dsk_ab/1.png",
            "runs/x",
        ] {
            let png = Bytes::from_static(b"png");
            objects.put(name, png).await.unwrap();
        }
        let mut folders = objects.folders("history").await.unwrap();
        folders.sort();
        assert_eq!(folders, ["dsk_a", "dsk_ab"]);
        let mut below = objects.below("history/dsk_a").await.unwrap();
        below.sort();
        let expected = ["history/dsk_a/1.png", "history/dsk_a/2.png"];
        assert_eq!(below, expected.map(|name| (name.to_owned(), 3)));
        objects.remove_below("history/dsk_a").await.unwrap();
        assert_eq!(objects.folders("history").await.unwrap(), ["dsk_ab"]);
        assert!(objects.find("runs/x").await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn large_files_go_in_pieces_and_come_back_as_they_were() {
    with_both(|objects| async move {
        // Below a piece, exactly one, exactly two, and some more.
        for length in [0, 1, 5 << 20, 10 << 20, (20 << 20) + 7] {
            let content = pattern(length);
            let name = "runs/5f/assets.zip";
            objects.put_file(name, file(&content)).await.unwrap();
            assert!(all(&objects, name, None).await == content, "{length}");
        }
        let gone = file(b"x");
        std::fs::remove_file(gone.path()).unwrap();
        let refused = objects.put_file("runs/5f/other", gone).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("No such file"), "{refused}");
        assert_eq!(objects.find("runs/5f/other").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_for_its_owner_alone_and_makes_no_links() {
    let temp = tempfile::tempdir().unwrap();
    let place = Place::Folder(temp.path().join("objects"));
    let objects = Objects::open(&place, &[]).unwrap();
    let name = "runs/5f/assets.zip";
    objects.put_file(name, file(b"x")).await.unwrap();
    let mode = |name: &str| {
        let path = temp.path().join(name);
        path.metadata().unwrap().permissions().mode() & 0o777
    };
    for folder in ["objects", "objects/runs", "objects/runs/5f"] {
        assert_eq!(mode(folder), 0o700, "{folder}");
    }
    assert_eq!(mode("objects/runs/5f/assets.zip"), 0o600);
    let link = objects.link(name, std::time::Duration::from_secs(60)).await;
    assert_eq!(link.unwrap(), None);
}

#[tokio::test]
async fn a_file_comes_from_another_file_system_too() {
    let temp = tempfile::tempdir().unwrap();
    let elsewhere = Path::new("/dev/shm");
    let (here, there) = (
        temp.path().metadata().unwrap(),
        elsewhere.metadata().unwrap(),
    );
    assert_ne!(
        here.dev(),
        there.dev(),
        "tests need a /dev/shm that is a file system"
    );
    let objects = Objects::open(&Place::Folder(temp.path().join("objects")), &[]).unwrap();
    let mut file = NamedTempFile::new_in(elsewhere).unwrap();
    file.write_all(&pattern(100_000)).unwrap();
    let path = file.path().to_owned();
    objects.put_file("a/file", file).await.unwrap();
    assert!(!path.exists());
    assert!(all(&objects, "a/file", None).await == pattern(100_000));
    assert_eq!(objects.below("a").await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_broken_off_goes_with_its_folder_and_no_other_does() {
    let temp = tempfile::tempdir().unwrap();
    let objects = Objects::open(&Place::Folder(temp.path().to_owned()), &[]).unwrap();
    let png = Bytes::from_static(b"png");
    objects.put("history/dsk_a/1.png", png).await.unwrap();
    // As the library leaves it when its process is killed.
    std::fs::write(temp.path().join("history/dsk_a/2.png#1"), b"p").unwrap();
    objects.remove_below("history/dsk_a").await.unwrap();
    assert!(!temp.path().join("history/dsk_a").exists());
    assert!(temp.path().join("history").exists());
    objects.remove_below("../..").await.unwrap();
    assert!(temp.path().join("history").exists());
}
