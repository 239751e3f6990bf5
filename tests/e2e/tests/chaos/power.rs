//! A disk whose power is cut loses what was not synced: the control for what is tested on it.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;

use nen_e2e::{Cut, Disk};

use crate::crash::dice;

#[test]
fn what_was_not_synced_is_lost_and_what_was_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut disk = Disk::mount(at);
    let mut dice = dice();
    let write = |name: &str, sync: bool| {
        let mut file = File::create(at.join(name)).unwrap();
        file.write_all(name.as_bytes()).unwrap();
        if sync {
            file.sync_all().unwrap();
        }
    };
    write("named", true);
    File::open(at).unwrap().sync_all().unwrap();
    write("nameless", true);
    write("replaced", true);
    write("empty", false);
    File::open(at).unwrap().sync_all().unwrap();
    write("late", true);
    fs::rename(at.join("late"), at.join("replaced")).unwrap();
    fs::remove_file(at.join("named")).unwrap();
    let longer = File::options().append(true).open(at.join("nameless"));
    longer.unwrap().write_all(b" and more").unwrap();
    fs::create_dir(at.join("folder")).unwrap();

    disk.cut(Cut::Nothing, &mut dice);
    let refused = File::create(at.join("after")).unwrap_err();
    assert_eq!(refused.raw_os_error(), Some(5), "without power: {refused}");
    disk.plug_in();
    let mut found: Vec<(String, String)> = fs::read_dir(at)
        .unwrap()
        .flatten()
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), text)
        })
        .collect();
    found.sort();
    let kept = [
        ("empty", ""),
        ("named", "named"),
        ("nameless", "nameless"),
        ("replaced", "replaced"),
    ];
    assert_eq!(found, kept.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn what_a_cut_leaves_may_be_torn_but_only_where_nothing_was_synced() {
    const SECTOR: usize = 512;
    let folder = tempfile::tempdir().unwrap();
    let mut disk = Disk::mount(folder.path());
    let mut dice = dice();
    let path = folder.path().join("file");
    let mut seen = [0; 3];
    let mut times = 0;
    // Each of the three happens sooner or later, so that this ends.
    while seen.contains(&0) {
        let file = File::create(&path).unwrap();
        file.write_all_at(&[b'a'; 8 * SECTOR], 0).unwrap();
        file.sync_all().unwrap();
        File::open(folder.path()).unwrap().sync_all().unwrap();
        file.write_all_at(&[b'b'; 4 * SECTOR], 0).unwrap();
        drop(file);
        disk.cut(Cut::Something, &mut dice);
        disk.plug_in();
        let bytes = fs::read(&path).unwrap();
        let new: Vec<bool> = bytes[..4 * SECTOR]
            .chunks(SECTOR)
            .map(|sector| {
                assert!(sector.iter().all(|byte| *byte == sector[0]), "whole");
                sector[0] == b'b'
            })
            .collect();
        assert_eq!(bytes[4 * SECTOR..], [b'a'; 4 * SECTOR], "safe");
        let which = match new.iter().filter(|new| **new).count() {
            0 => 0,
            4 => 2,
            _ => 1,
        };
        seen[which] += 1;
        times += 1;
        assert!(times < 1000, "lost, torn and kept: {seen:?}");
    }
}
