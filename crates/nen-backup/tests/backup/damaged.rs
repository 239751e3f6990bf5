//! Backups that are not whole, or not for this version: refused before anything is touched.

use std::fs;

use nen_backup::BackupError;
use nen_store::DesktopStatus;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::hostile::{Archive, head};
use crate::source::{Source, names, restore};

#[tokio::test]
async fn a_damaged_backup_changes_nothing() {
    let source = Source::new().await;
    source.desktop("dsk_a", DesktopStatus::Paused).await;
    source.back_up().await.unwrap();
    let good = fs::read(source.archive()).unwrap();
    let damaged = source.folder.path().join("damaged.tar.zst");
    let mut random = StdRng::seed_from_u64(7);
    let mut tries: Vec<Vec<u8>> = (0..60)
        .map(|_| {
            let mut bytes = good.clone();
            let at = random.random_range(0..bytes.len());
            bytes[at] ^= 1 << random.random_range(0..8);
            bytes
        })
        .collect();
    tries.extend([0, 1, 10, good.len() / 2, good.len() - 1].map(|length| good[..length].to_vec()));
    tries.push(b"dear backup, ".repeat(1000));
    for (number, bytes) in tries.iter().enumerate() {
        fs::write(&damaged, bytes).unwrap();
        let done = restore(&damaged, &source.other(), false).await;
        // A bit that means nothing to the decoder may turn, but then nothing else may have changed.
        if done.is_ok() {
            let content = fs::read(source.other().join("secret.key")).unwrap();
            assert_eq!(content, b"sealing", "{number}");
            fs::remove_dir_all(source.other()).unwrap();
            continue;
        }
        assert_eq!(names(&source.other()), [""; 0], "{number}: {done:?}");
    }
    fs::write(&damaged, &good[..good.len() - 1]).unwrap();
    let refused = restore(&damaged, &source.other(), false).await;
    assert!(
        matches!(refused, Err(BackupError::Damaged(_))),
        "{refused:?}"
    );
}

/// Somebody unpacked it, changed a file, and packed it again.
#[tokio::test]
async fn a_file_that_is_not_what_its_checksum_says_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("b.tar.zst");
    let mut archive = Archive::new(&head(1, 1));
    archive.file("data/secret.key", b"sealing");
    archive.entries[0]["sha256"] = "0".repeat(64).into();
    archive.finish(&file);
    let into = folder.path().join("data");
    let refused = restore(&file, &into, false).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("the checksum of data/secret.key differs"),
        "{refused}"
    );
    assert_eq!(names(&into), [""; 0]);

    for change in ["missing", "more"] {
        let mut archive = Archive::new(&head(1, 1));
        archive.file("data/a", b"a");
        archive.file("data/b", b"b");
        match change {
            "missing" => archive.entries.push(archive.entries[0].clone()),
            _ => drop(archive.entries.pop()),
        }
        archive.finish(&file);
        let refused = restore(&file, &into, false).await;
        assert!(
            matches!(refused, Err(BackupError::Damaged(_))),
            "{change}: {refused:?}"
        );
        assert_eq!(names(&into), [""; 0]);
    }
}

#[tokio::test]
async fn a_newer_version_s_backup_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("b.tar.zst");
    for (format, schema) in [(2, 1), (1, nen_store::newest_schema() + 1)] {
        let mut archive = Archive::new(&head(format, schema));
        archive.file("data/secret.key", b"sealing");
        archive.finish(&file);
        let into = folder.path().join("data");
        let refused = restore(&file, &into, false).await;
        assert!(matches!(refused, Err(BackupError::Newer(_))), "{refused:?}");
        assert_eq!(names(&into), [""; 0]);
    }
}
