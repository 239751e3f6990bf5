//! What is left when things end, in order or not.

use std::path::Path;
use std::time::Duration;

use nen_e2e::{Options, Process, Server, Site, open_page, processes_with, until, until_within};
use serde_json::{Value, json};

const PAGE: &str = r#"<!doctype html><script>addEventListener("load", () => fetch("/ready", {method: "POST", body: "x"}))</script>"#;

/// Mounts and control groups of this machine that have to do with a desktop or a data directory.
fn traces(what: &str) -> Vec<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let mut found: Vec<String> = mounts
        .lines()
        .filter(|line| line.contains(what))
        .map(str::to_owned)
        .collect();
    groups(Path::new("/sys/fs/cgroup"), what, &mut found);
    found
}

fn groups(folder: &Path, what: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let path = entry.path();
            if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().contains(what))
            {
                found.push(path.display().to_string());
            }
            groups(&path, what, found);
        }
    }
}

#[track_caller]
pub fn nothing_left(what: &str) {
    until(
        &format!(
            "nothing is left of {what}: {:?} {:?}",
            processes_with(what),
            traces(what)
        ),
        || (processes_with(what).is_empty() && traces(what).is_empty()).then_some(()),
    );
}

fn named(desktop: &str, name: &str) -> Process {
    let all = processes_with(desktop);
    all.iter()
        .find(|p| p.name == name)
        .cloned()
        .unwrap_or_else(|| panic!("no {name} among {all:?}"))
}

#[test]
fn deleting_a_desktop_leaves_nothing_of_it() {
    for options in [Options::default(), Options::unprivileged()] {
        let server = Server::start_with(options);
        let desktop = server.desktop();
        desktop.bash("(setsid sleep 1000 </dev/null >/dev/null 2>&1 &)");
        assert!(processes_with(desktop.id()).len() > 4);
        desktop.delete();
        nothing_left(desktop.id());
        let folder = server.data_dir().join("desktops").join(desktop.id());
        assert!(
            !folder.join("drive").exists(),
            "the drive is gone when the call answers"
        );
    }
}

#[test]
fn stopping_the_server_leaves_nothing_and_desktops_come_back() {
    for options in [Options::default(), Options::unprivileged()] {
        let mut server = Server::start_with(options);
        let desktop = server.desktop();
        desktop.upload("file", b"kept");
        desktop.bash("echo kept > ~/file");
        server.stop();
        nothing_left(desktop.id());
        nothing_left(server.data_dir().to_str().unwrap());
        server.run();
        let desktop = nen_e2e::Desktop::new(server.api(), desktop.id());
        assert_eq!(desktop.state()["status"], "paused");
        assert_eq!(desktop.bash("cat ~/file").trim(), "kept");
        assert_eq!(desktop.download("file").unwrap(), b"kept");
        assert_eq!(desktop.state()["status"], "running");
    }
}

#[test]
fn a_killed_server_finds_its_desktops_again() {
    for options in [Options::default(), Options::unprivileged()] {
        let mut server = Server::start_with(options);
        let (running, ended) = (server.desktop(), server.desktop());
        running.bash("cd /tmp; VARIABLE=alive");
        server.kill();
        // One of them does not survive the time without a server.
        for process in processes_with(ended.id()) {
            if process.name != "slirp4netns" {
                let _ = std::panic::catch_unwind(|| process.kill());
            }
        }
        server.run();
        let running = nen_e2e::Desktop::new(server.api(), running.id());
        let ended = nen_e2e::Desktop::new(server.api(), ended.id());
        assert_eq!(running.state()["status"], "running");
        assert_eq!(
            running.bash("echo $PWD $VARIABLE").trim(),
            "/tmp alive",
            "the same shell still"
        );
        let state = until("the other one is known to be gone", || {
            let state = ended.state();
            (state["status"] == "error").then_some(state)
        });
        assert!(
            !state["error"].as_str().unwrap_or_default().is_empty(),
            "{state}"
        );
        nothing_left(ended.id());
        running.delete();
        ended.delete();
        nothing_left(running.id());
        server.stop();
        nothing_left(server.data_dir().to_str().unwrap());
    }
}

#[test]
fn a_server_that_hands_over_leaves_its_desktops_to_the_next() {
    for options in [Options::warm_pool(1), Options::unprivileged()] {
        let pool = options.warm_pool;
        let mut options = options;
        options.arguments.push("--hand-over".to_owned());
        let mut server = Server::start_with(options);
        let (running, paused) = (server.desktop(), server.desktop());
        running.bash("cd /tmp; VARIABLE=alive");
        server
            .api()
            .post(&format!("/desktops/{}/pause", paused.id()), &json!({}))
            .expect(200);
        // It waits for its end, and nothing of the pool is left.
        server.stop();
        assert!(!processes_with(running.id()).is_empty());
        let folders = std::fs::read_dir(server.data_dir().join("desktops")).unwrap();
        assert_eq!(folders.count(), 2, "with a pool of {pool}");
        server.run();
        let [running, paused] =
            [running, paused].map(|old| nen_e2e::Desktop::new(server.api(), old.id()));
        assert_eq!(running.state()["status"], "running");
        assert_eq!(paused.state()["status"], "paused");
        let said = running.bash("echo $PWD $VARIABLE");
        assert_eq!(said.trim(), "/tmp alive", "the same shell still");
        for desktop in [running, paused] {
            desktop.delete();
            nothing_left(desktop.id());
        }
        server.stop();
        nothing_left(server.data_dir().to_str().unwrap());
    }
}

/// Events of a desktop from now on, until one of this name; its data.
fn wait_for_event(
    server: &Server,
    desktop: &nen_e2e::Desktop,
    name: &str,
    act: impl FnOnce(),
) -> Value {
    use std::io::{BufRead, BufReader, Write};
    let host = server.url().strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(15)))
        .unwrap();
    let head = format!(
        "GET {} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\r\n",
        desktop.path("/events"),
        server.key()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream)
        .lines()
        .map(|line| line.unwrap_or_else(|_| panic!("no event {name}")));
    assert!(lines.next().unwrap().contains("200"));
    // The head has come, so whatever happens now is in the stream.
    lines
        .by_ref()
        .take_while(|line| !line.is_empty())
        .for_each(drop);
    act();
    let mut lines = lines.skip_while(|line| *line != format!("event: {name}"));
    lines.next().expect("the event");
    let data = lines.find_map(|line| {
        line.strip_prefix("data:")
            .map(|data| data.trim().to_owned())
    });
    serde_json::from_str(&data.expect("its data")).unwrap()
}

#[test]
fn a_dead_x_server_is_an_error_with_its_reason() {
    let server = Server::start();
    let desktop = server.desktop();
    named(desktop.id(), "Xvnc").kill();
    let state = until("the desktop is known to have failed", || {
        let state = desktop.state();
        (state["status"] == "error").then_some(state)
    });
    assert!(state["error"].as_str().unwrap().contains('X'), "{state}");
    let refused = desktop.computer("screenshot", json!({}));
    assert!(matches!(refused.status, 409 | 502), "{refused}");
    assert!(!refused.json()["error"].as_str().unwrap().is_empty());
    nothing_left(desktop.id());
    desktop.delete();
}

#[test]
fn a_dead_window_manager_is_started_again() {
    let server = Server::start();
    let desktop = server.desktop();
    let first = named(desktop.id(), "openbox");
    wait_for_event(&server, &desktop, "window_manager.restarted", || {
        first.kill();
    });
    let second = until("another window manager", || {
        processes_with(desktop.id())
            .into_iter()
            .find(|p| p.name == "openbox")
    });
    assert_ne!(first.pid, second.pid);
    assert_eq!(desktop.state()["status"], "running");
    desktop
        .act("left_click", json!({"coordinate": [640, 400]}))
        .expect(200);
}

#[test]
fn a_dead_chromium_is_noticed() {
    let site = Site::page(PAGE);
    let server = Server::start_with(Options::with(&[
        "--expose-host-port",
        &site.port().to_string(),
    ]));
    let desktop = open_page(&server.api(), &site, &json!({}));
    let all = processes_with(desktop.id());
    let browser = all
        .iter()
        .find(|p| p.name == "chromium" && !p.command.contains("--type="))
        .unwrap();
    let event = wait_for_event(&server, &desktop, "app.crashed", || browser.kill());
    assert!(event.to_string().contains("chromium"), "{event}");
    assert_eq!(desktop.state()["status"], "running");
}

#[test]
fn an_idle_desktop_sleeps_and_wakes_when_called() {
    let server = Server::start();
    let desktop = server
        .api()
        .create(&json!({"tools": ["computer", "bash"], "idle_timeout_seconds": 1}));
    desktop.bash("VARIABLE=kept");
    let slept = || {
        until_within(Duration::from_secs(20), "it sleeps", || {
            (desktop.state()["status"] == "paused").then_some(())
        });
    };
    slept();
    assert_eq!(desktop.bash("echo $VARIABLE").trim(), "kept");
    assert_eq!(desktop.state()["status"], "running");
    slept();
    let gone = server
        .api()
        .create(&json!({"idle_timeout_seconds": 1, "on_idle": "delete"}));
    until_within(Duration::from_secs(20), "it is deleted", || {
        (gone.state()["status"] == "deleted").then_some(())
    });
    nothing_left(gone.id());
}

#[test]
fn timeout_seconds_is_a_hard_limit() {
    let server = Server::start();
    let desktop = server.api().create(&json!({"timeout_seconds": 2}));
    until_within(Duration::from_secs(20), "it is deleted", || {
        // Being used does not help.
        let _ = desktop.act("mouse_move", json!({"coordinate": [1, 1]}));
        (desktop.state()["status"] == "deleted").then_some(())
    });
    nothing_left(desktop.id());
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let server = Server::start();
    let output = std::process::Command::new(nen_e2e::binary("nen"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(server.data_dir())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(!output.stderr.is_empty());
    assert_eq!(server.api().get("/health").status, 200);
}
