//! What a folder and a store have in common.

use std::os::unix::fs::PermissionsExt as _;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use nen_objects::{Kept, Objects, Place};

use nen_object_server::ObjectServer;

/// Does the same with both.
async fn with_both<F: Future<Output = ()>>(test: impl Fn(Objects) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("objects"));
    test(Objects::open(place, &[]).unwrap()).await;
    let server = ObjectServer::start().await;
    test(crate::objects(server.address(), "s3://nen/a/folder", &[])).await;
}

/// Bytes of which no two pieces are alike.
pub fn pattern(length: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_be_bytes).take(length).collect()
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
        for (kept, text) in [(Kept::IfPossible, "one"), (Kept::Surely, "another")] {
            let bytes = Bytes::from_static(text.as_bytes());
            objects.put("runs/5f/a.png", bytes, kept).await.unwrap();
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
            objects
                .put(name, Bytes::from_static(b"png"), Kept::IfPossible)
                .await
                .unwrap();
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
        let temp = tempfile::tempdir().unwrap();
        // Below a piece, exactly one, exactly two, and some more.
        for length in [0, 1, 5 << 20, 10 << 20, (20 << 20) + 7] {
            let (file, content) = (temp.path().join("file"), pattern(length));
            std::fs::write(&file, &content).unwrap();
            objects.put_file("runs/5f/assets.zip", &file).await.unwrap();
            assert!(
                all(&objects, "runs/5f/assets.zip", None).await == content,
                "{length}"
            );
        }
        let missing = objects
            .put_file("runs/5f/other", &temp.path().join("none"))
            .await;
        assert!(
            missing
                .unwrap_err()
                .to_string()
                .contains("that is to be kept")
        );
        assert_eq!(objects.find("runs/5f/other").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_for_its_owner_alone_and_makes_no_links() {
    let temp = tempfile::tempdir().unwrap();
    let place = Place::Folder(temp.path().join("objects"));
    let objects = Objects::open(place, &[]).unwrap();
    objects
        .put("runs/5f/a.png", Bytes::from_static(b"x"), Kept::Surely)
        .await
        .unwrap();
    for folder in ["objects", "objects/runs", "objects/runs/5f"] {
        let mode = temp
            .path()
            .join(folder)
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
    let link = objects
        .link("runs/5f/a.png", std::time::Duration::from_secs(60))
        .await;
    assert_eq!(link.unwrap(), None);
}
