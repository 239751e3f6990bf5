//! A hostile program, `tests/hostile`, in every kind of sandbox: whatever it tries comes to what its table says, and nobody
//! else notices.

mod facts;
mod scene;

use std::sync::atomic::{AtomicBool, Ordering};

use nen_e2e::{Desktop, Options, processes_with, until, users_of_their_own};
use scene::{Attempt, Scene};
use serde_json::json;

/// More than any log of a desktop is left to grow to, in bytes.
const LOG_LIMIT: u64 = 5 << 20;

/// What the bombs are measured by.
const LIMITS: [&str; 10] = [
    "--memory-limit",
    "600",
    "--process-limit",
    "300",
    "--disk-limit",
    "128",
    "--run-memory-limit",
    "256",
    "--run-artifacts-limit",
    "16",
];

/// Every attempt came to what the table says, and there are as many as there should be.
fn right(place: &str, attempts: &[Attempt], least: usize) {
    let wrong: Vec<&Attempt> = attempts.iter().filter(|tried| !tried.right).collect();
    assert!(wrong.is_empty(), "{place}: {wrong:#?}");
    assert!(attempts.len() >= least, "{place}: {}", attempts.len());
}

/// Uses the neighbour for as long as the other thing goes on: each call is answered.
fn meanwhile<T>(neighbour: &Desktop, other: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let uses = scope.spawn(|| {
            let mut calls = 0;
            while calls == 0 || !over.load(Ordering::Relaxed) {
                neighbour
                    .act("left_click", json!({"coordinate": [5, 5]}))
                    .expect(200);
                assert_eq!(neighbour.bash("echo here").trim(), "here");
                calls += 1;
            }
        });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(other));
        over.store(true, Ordering::Relaxed);
        uses.join().unwrap();
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The server follows no link that was left for it.
fn links_lead_nowhere(scene: &Scene, desktop: &Desktop) {
    for number in 0..scene.files() {
        let path = desktop.file(&format!("link-{number}"));
        let reply = desktop.api().get(&path);
        assert!([404, 409].contains(&reply.status), "{path}: {reply}");
        assert!(!reply.text().contains(scene.marker()), "{path}: {reply}");
    }
}

/// Deletes a desktop, whatever became of it, and looks for what is left.
fn leaves_nothing(scene: &Scene, desktop: &Desktop) {
    desktop.delete();
    let data = scene.server().data_dir();
    for left in ["desktops", "disks"] {
        let names = std::fs::read_dir(data.join(left)).into_iter().flatten();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        let own = |name: &&std::ffi::OsString| name.to_string_lossy().contains(desktop.id());
        assert_eq!(names.iter().find(own), None, "in {left}");
    }
    until("its processes are gone", || {
        processes_with(desktop.id()).is_empty().then_some(())
    });
    assert_eq!(
        scene::groups(desktop.id()),
        Vec::<std::path::PathBuf>::new()
    );
    // The kernel lets go of a device a moment after the last process.
    until("its disk is let go of", || {
        (!scene::loop_files().contains(desktop.id())).then_some(())
    });
}

fn in_a_desktop(scene: Scene, place: &str) {
    let desktop = scene.hostile_desktop();
    right(place, &scene.attempts(&desktop, place, ""), 200);
    links_lead_nowhere(&scene, &desktop);
    let bombs = meanwhile(scene.neighbour(), || {
        scene.attempts(&desktop, place, "bombs")
    });
    right(place, &bombs, 14);
    let log = scene
        .server()
        .data_dir()
        .join("desktops")
        .join(desktop.id());
    until("the log is cut", || {
        let length = log.join("desktop.log").metadata().unwrap().len();
        (length < LOG_LIMIT).then_some(())
    });
    // It may not be there any more to be asked.
    meanwhile(scene.neighbour(), || scene.fatal(&desktop, place));
    leaves_nothing(&scene, &desktop);
    scene.close();
}

#[test]
fn a_desktop_of_a_server_that_is_root() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("NOT TESTED: a desktop of a server that is root, as this is not");
        return;
    }
    let mut scene = Scene::open(Options::with(&LIMITS));
    // Outside, each attempt that can be made there succeeds: so there is something to be kept from.
    right("host", &scene.on_the_host(), 40);
    let place = match users_of_their_own() {
        true => "desktop",
        false => "container",
    };
    in_a_desktop(scene, place);
}

#[test]
fn a_desktop_of_a_server_that_is_an_ordinary_user() {
    let mut options = Options::with(&LIMITS);
    options.unprivileged = true;
    in_a_desktop(Scene::open(options), "ordinary");
}

#[test]
fn workflows_with_and_without_a_network() {
    let scene = Scene::open(Options::with(&LIMITS));
    for place in ["workflow", "network"] {
        let attempts = meanwhile(scene.neighbour(), || scene.in_a_workflow(place));
        right(place, &attempts, 200);
    }
    scene.close();
}

#[test]
fn a_full_drive_says_so_and_can_be_emptied() {
    let server = nen_e2e::Server::start_with(Options::with(&["--disk-limit", "64"]));
    if !rustix::process::geteuid().is_root() {
        eprintln!("NOT TESTED: a limit on disk, as only root can set one");
        return;
    }
    let desktop = server.desktop();
    desktop.upload("before", b"kept");
    let full = desktop.bash("head -c 200M /dev/zero 2>&1 > /drive/big; true");
    assert!(full.contains("No space left on device"), "{full}");
    let body = vec![7; 1 << 20];
    let headers = [("content-type", "application/octet-stream")];
    let path = desktop.file("after");
    let refused = desktop.api().call("POST", &path, &headers, &body);
    assert!(
        refused.expect(507)["error"]
            .as_str()
            .unwrap()
            .contains("full"),
        "{refused}"
    );
    assert_eq!(desktop.download("after"), None);
    assert_eq!(desktop.download("before").unwrap(), b"kept");
    // Home is on the same disk.
    let home = desktop.bash("head -c 2M /dev/zero 2>&1 > ~/more; rm ~/more");
    assert!(home.contains("No space left on device"), "{home}");
    desktop.bash("rm /drive/big");
    desktop.upload("after", &body);
    // What was freed inside is free outside, too.
    let image = server
        .data_dir()
        .join(format!("disks/{}.img", desktop.id()));
    until("the host has its space back", || {
        desktop.bash("sync");
        let taken = std::os::unix::fs::MetadataExt::blocks(&image.metadata().unwrap()) * 512;
        (taken < 40 << 20).then_some(())
    });
}

#[test]
fn a_disk_outlives_its_server_and_is_never_used_twice() {
    let mut server = nen_e2e::Server::start();
    let desktop = server.desktop();
    desktop.upload("kept", b"1");
    desktop.bash("echo 2 > ~/kept; sync");
    server.kill();
    server.run();
    let desktop = Desktop::new(server.api(), desktop.id());
    assert_eq!(desktop.bash("cat /drive/kept ~/kept").trim(), "12");
    // Stopped and started again, at once.
    server.stop();
    server.run();
    let desktop = Desktop::new(server.api(), desktop.id());
    assert_eq!(desktop.bash("cat /drive/kept ~/kept").trim(), "12");
    let devices = scene::loop_files();
    assert!(devices.matches(desktop.id()).count() <= 1, "{devices}");
}
