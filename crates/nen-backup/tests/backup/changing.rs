//! Backups of what is in use, by programs that mean harm.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{FileExt as _, symlink};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nen_store::{DEFAULT_WORKSPACE, DesktopStatus, Store};
use rand::RngCore as _;

use crate::source::{Source, restore, url};

/// A desktop changes a folder into a link to what is none of its business, again and again, while it is read.
#[test]
fn no_link_leads_a_backup_out_of_a_home() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let source = runtime.block_on(Source::new());
    runtime.block_on(source.desktop("dsk_a", DesktopStatus::Running));
    let secret = source.folder.path().join("secret");
    fs::create_dir(&secret).unwrap();
    fs::write(secret.join("file"), "geheim").unwrap();
    let home = source.data().join("desktops/dsk_a/home");
    fs::create_dir(home.join("real")).unwrap();
    fs::write(home.join("real/file"), "own").unwrap();
    symlink(&secret, home.join("fake")).unwrap();
    let stop = AtomicBool::new(false);
    let swap = || {
        // In one step each, so that one of them is there at any moment.
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        while !stop.load(Ordering::Relaxed) {
            let (one, two) = (home.join("real"), home.join("fake"));
            renameat_with(CWD, one, CWD, two, RenameFlags::EXCHANGE).unwrap();
        }
    };
    let mut seen = (0, 0);
    thread::scope(|scope| {
        scope.spawn(swap);
        // The scope must end even when something here fails.
        let outcome = thread::scope(|inner| {
            inner
                .spawn(|| {
                    for round in 0..40 {
                        runtime.block_on(source.back_up()).unwrap();
                        let into = source.folder.path().join(format!("round-{round}"));
                        runtime
                            .block_on(restore(&source.archive(), &into, false))
                            .unwrap();
                        let back = into.join("desktops/dsk_a/home");
                        for name in ["real", "fake"] {
                            let is_link = back.join(name).is_symlink();
                            if is_link {
                                seen.0 += 1;
                                continue;
                            }
                            if let Ok(content) = fs::read(back.join(name).join("file")) {
                                assert_eq!(content, b"own", "{name}");
                                seen.1 += 1;
                            }
                        }
                    }
                })
                .join()
        });
        stop.store(true, Ordering::Relaxed);
        outcome.unwrap();
    });
    assert!(seen.0 > 0 && seen.1 > 0, "both were met: {seen:?}");
}

/// Files that grow, shrink and vanish make no backup fail, and leave none that cannot be restored.
#[tokio::test]
async fn files_that_change_are_taken_as_they_are() {
    let source = Source::new().await;
    source.desktop("dsk_a", DesktopStatus::Running).await;
    let home = source.data().join("desktops/dsk_a/home");
    let stop = AtomicBool::new(false);
    let change = || {
        let (grows, shrinks) = (home.join("grows"), home.join("shrinks"));
        let mut size = 0_u64;
        while !stop.load(Ordering::Relaxed) {
            size = (size + 70_000) % 3_000_000;
            let file = fs::File::create(&grows).unwrap();
            file.write_all_at(&[7; 70_000], size).unwrap();
            let file = fs::OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&shrinks)
                .unwrap();
            file.set_len(3_000_000 - size).unwrap();
            let _ = fs::remove_file(home.join("vanishes"));
            fs::write(home.join("vanishes"), [1; 100_000]).unwrap();
            fs::create_dir_all(home.join("comes/and/goes")).unwrap();
            fs::write(home.join("comes/and/goes/file"), "1").unwrap();
            fs::remove_dir_all(home.join("comes")).unwrap();
        }
    };
    thread::scope(|scope| {
        scope.spawn(change);
        let work = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            for round in 0..30 {
                runtime.block_on(source.back_up()).unwrap();
                let into = source.folder.path().join(format!("round-{round}"));
                runtime
                    .block_on(restore(&source.archive(), &into, false))
                    .unwrap();
                assert_eq!(
                    fs::read(into.join("desktops/dsk_a/home/file")).unwrap(),
                    b"dsk_a"
                );
            }
        });
        let outcome = work.join();
        stop.store(true, Ordering::Relaxed);
        outcome.unwrap();
    });
}

/// Does something once some bytes have been written through it.
struct Then<F: FnMut()> {
    bytes: Vec<u8>,
    then: Option<F>,
}

impl<F: FnMut()> Write for Then<F> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.bytes.write_all(buffer)?;
        if self.bytes.len() > 1 << 20
            && let Some(mut then) = self.then.take()
        {
            then();
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Its row is in the copy of the database by then: restored as it is, it would come back with half a home or none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desktop_that_is_deleted_meanwhile_is_not_restored_by_half() {
    let source = Source::new().await;
    source.desktop("dsk_a", DesktopStatus::Running).await;
    source.desktop("dsk_b", DesktopStatus::Running).await;
    // Read before the desktops, and nothing that could be compressed: by then the archive has begun.
    let mut noise = vec![0; 4 << 20];
    rand::rng().fill_bytes(&mut noise);
    source.write("a-large-file", &noise);
    let (store, folder) = (source.store.clone(), source.data().join("desktops/dsk_a"));
    let delete = move || {
        tokio::task::block_in_place(|| {
            let store = store.clone();
            tokio::runtime::Handle::current().block_on(async move {
                store
                    .desktops()
                    .delete(DEFAULT_WORKSPACE, "dsk_a")
                    .await
                    .unwrap();
            });
        });
        // The half of it.
        fs::remove_file(folder.join("home/file")).unwrap();
    };
    let out = Then {
        bytes: Vec::new(),
        then: Some(delete),
    };
    let (out, made) = source.write_to(out).await.unwrap();
    assert!(out.then.is_none(), "it was deleted meanwhile");
    assert_eq!(made.desktops, 1);
    fs::write(source.archive(), &out.bytes).unwrap();

    let done = restore(&source.archive(), &source.other(), false)
        .await
        .unwrap();
    assert_eq!(
        (done.desktops, done.unfinished),
        (1, vec!["dsk_a".to_owned()])
    );
    assert!(!source.other().join("desktops/dsk_a").exists());
    assert!(source.other().join("desktops/dsk_b/home/file").exists());
    let store = Store::open(&url(&source.other())).await.unwrap();
    let status = |row: Option<nen_store::DesktopRow>| row.unwrap().status;
    let find = store.desktops();
    assert_eq!(
        status(find.find("dsk_a").await.unwrap()),
        DesktopStatus::Deleted
    );
    assert_eq!(
        status(find.find("dsk_b").await.unwrap()),
        DesktopStatus::Running
    );
}
