//! The power goes at random moments, under load: what was not synced is gone, and so is every process.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Instant;

use nen_e2e::{Cut, Disk, Options, Server, processes_with, until};
use rand::Rng as _;
use rustix::process::{Pid, Signal, kill_process};

use crate::aftermath::assert_nothing_left;
use crate::crash::{dice, length, live, receiver, serving};
use crate::load::{Load, Outage};

/// How long a server has power at most, in milliseconds.
const LIFE: u64 = 4000;

#[test]
fn a_power_cut_loses_nothing_that_was_answered() {
    let mut dice = dice();
    let (seed, receiver) = (dice.random(), receiver(dice.random()));
    let folder = tempfile::tempdir().unwrap();
    // Desktops run as users of their own, who must get to their files through it.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
    let at = folder.path().join("disk");
    fs::create_dir(&at).unwrap();
    let mut disk = Disk::mount(&at);
    let on_disk = |listen: Option<&str>| {
        let mut options = serving(listen, None);
        options.data_dir = Some(at.join("data"));
        // Homes in plain folders: this disk is in memory, and has no room for theirs.
        let plain = ["--disk-limit", "0"];
        options.arguments.extend(plain.map(str::to_owned));
        options
    };
    let mut server = Server::start_with(on_disk(None));
    let listen = server.url().trim_start_matches("http://").to_owned();
    let load = Load::start(&server, &receiver, Outage::PowerCut, seed);
    let end = Instant::now() + length();
    let mut cuts = 0;
    while Instant::now() < end {
        live(dice.random_range(0..LIFE));
        let cut = [Cut::Nothing, Cut::Something][dice.random_range(0..2)];
        load.lives().end();
        disk.cut(cut, &mut dice);
        cuts += 1;
        server.kill();
        end_all_on(&at);
        disk.plug_in();
        load.lives().begin();
        server.run_with(on_disk(Some(&listen)));
    }
    eprintln!("without power {cuts} times:");
    load.check();
    server.stop();
    server.run_with(Options {
        warm_pool: 0,
        ..on_disk(Some(&listen))
    });
    assert_nothing_left(&server);
    server.stop();
}

/// Without power there are no processes, nor groups of them.
fn end_all_on(disk: &Path) {
    let disk = disk.display().to_string();
    let mut groups = Vec::new();
    until("nobody is left without power", || {
        let left = processes_with(&disk);
        for process in &left {
            let own = groups_in(&process.proc("cgroup"));
            // What a paused desktop's freezer holds dies only when it is let go, in the first version of groups.
            let freezers = own.iter().map(|group| group.join("freezer.state"));
            for freezer in freezers.filter(|freezer| freezer.exists()) {
                // One that has just gone is fine.
                let _ = fs::write(freezer, "THAWED");
            }
            groups.extend(own);
            // One that has just ended is fine.
            let _ = kill_process(Pid::from_raw(process.pid).unwrap(), Signal::KILL);
        }
        left.is_empty().then_some(())
    });
    groups.sort();
    groups.dedup();
    for group in groups {
        until("a group is empty", || match fs::remove_dir(&group) {
            Err(error) if error.kind() == std::io::ErrorKind::ResourceBusy => None,
            // One that the server has removed meanwhile is gone, too.
            _ => Some(()),
        });
    }
}

/// Folders of the groups of desktops and runs that a process is in, by its `/proc/PID/cgroup`.
fn groups_in(text: &str) -> Vec<std::path::PathBuf> {
    let root = Path::new("/sys/fs/cgroup");
    text.lines()
        .filter_map(|line| {
            let (_, rest) = line.split_once(':')?;
            let (trees, path) = rest.split_once(':')?;
            let name = path.rsplit('/').next()?;
            let ours = name.starts_with("dsk_") || name.starts_with("run-");
            ours.then(|| root.join(trees).join(path.trim_start_matches('/')))
        })
        .collect()
}

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
