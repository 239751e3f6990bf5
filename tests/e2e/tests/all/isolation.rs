//! What a desktop is kept from.

use std::net::UdpSocket;

use nen_e2e::{Options, Process, Server, Site, open_page, processes_with, until};
use serde_json::json;

const PAGE: &str = r#"<!doctype html><script>addEventListener("load", () => fetch("/ready", {method: "POST", body: "x"}))</script>"#;

/// The address that this machine has in its own network, if it is in one.
fn own_address() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Sends nothing: it only asks the kernel which way it would go.
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified() && !address.is_loopback()).then(|| address.to_string())
}

fn inside(options: Options) {
    let server = Server::start_with(options);
    let desktop = server.desktop();
    assert_eq!(desktop.bash("id -u; id -g").trim(), "1000\n1000");
    for line in desktop.bash("grep ^Cap /proc/self/status").lines() {
        assert!(line.ends_with("0000000000000000"), "{line}");
    }
    assert_eq!(
        desktop
            .bash("grep NoNewPrivs /proc/self/status")
            .split_whitespace()
            .last(),
        Some("1")
    );
    for place in ["/", "/usr/bin", "/etc", "/opt", "/opt/nen", "/var"] {
        let out = desktop.bash(&format!("touch {place}/x 2>&1 || true"));
        assert!(
            out.contains("Read-only") || out.contains("denied"),
            "{place}: {out}"
        );
    }
    for place in ["~", "/drive", "/tmp"] {
        assert_eq!(
            desktop
                .bash(&format!("touch {place}/x && echo fine"))
                .trim(),
            "fine",
            "{place}"
        );
    }
    // Nothing of this machine's own processes, users, hosts and secrets.
    let processes: u32 = desktop
        .bash("ls -d /proc/[0-9]* | wc -l")
        .trim()
        .parse()
        .unwrap();
    assert!(processes < 30, "it sees {processes} processes");
    for path in [
        "/root",
        "/etc/shadow",
        "/etc/ssh",
        "/var/lib",
        "/sys",
        "/dev/kmsg",
        "/dev/mem",
        "/boot",
        "/srv",
        "/mnt",
    ] {
        let out = desktop.bash(&format!("cat {path} 2>&1; ls -A {path} 2>/dev/null; true"));
        // A folder with nothing in it is as good as none.
        let empty = format!("cat: {path}: Is a directory");
        assert!(
            out.contains("No such file") || out.contains("denied") || out.trim() == empty,
            "{path}: {out}"
        );
    }
    let names = desktop.bash("cut -d: -f1 /etc/passwd");
    assert!(
        names.contains("user") && !names.contains("postgres") && !names.contains("daemon"),
        "{names}"
    );

    let own = Process {
        pid: i32::try_from(std::process::id()).unwrap(),
        name: String::new(),
        command: String::new(),
    };
    let of_desktop: Vec<_> = processes_with(desktop.id())
        .into_iter()
        .filter(|p| p.name == "Xvnc")
        .collect();
    assert_eq!(of_desktop.len(), 1, "{of_desktop:?}");
    for kind in ["net", "pid", "mnt", "ipc", "user", "uts"] {
        assert_ne!(
            of_desktop[0].namespace(kind),
            own.namespace(kind),
            "the {kind} namespace is shared"
        );
        assert!(!of_desktop[0].namespace(kind).is_empty());
    }
    assert_ne!(
        of_desktop[0].status("Uid").split_whitespace().next(),
        Some("0"),
        "root on this machine"
    );
}

#[test]
fn a_desktop_of_a_server_run_as_root_or_as_whoever_runs_the_tests() {
    inside(Options::default());
}

#[test]
fn a_desktop_of_a_server_run_as_an_ordinary_user() {
    inside(Options::unprivileged());
}

#[test]
fn it_reaches_exposed_ports_and_nothing_else_of_this_machine() {
    let (open, closed) = (Site::page(PAGE), Site::page(PAGE));
    let server = Server::start_with(Options::with(&[
        "--expose-host-port",
        &open.port().to_string(),
    ]));
    let desktop = server.desktop();
    let get = |host: &str, port: u16| {
        let script = format!(
            "exec 3<>/dev/tcp/{host}/{port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3"
        );
        desktop.bash(&format!(
            "timeout 2 bash -c \"{}\" 2>&1; true",
            script.replace('"', "\\\"")
        ))
    };
    let good = get("host.nen", open.port());
    assert!(good.starts_with("HTTP/1.1 200"), "{good}");
    let port = server.url().rsplit(':').next().unwrap().parse().unwrap();
    let mut hosts = vec![
        "127.0.0.1".to_owned(),
        "host.nen".into(),
        "10.0.2.2".into(),
        "169.254.169.254".into(),
    ];
    hosts.extend(own_address());
    for host in &hosts {
        for port in [closed.port(), port] {
            let answer = get(host, port);
            assert!(
                !answer.contains("HTTP/1"),
                "{host}:{port} answered: {answer}"
            );
        }
    }
    if own_address().is_none() {
        eprintln!("NOT TESTED: this machine has no address but loopback");
    }
    assert_eq!(closed.requests(), []);
    // Two desktops do not reach each other's, either: X servers, ports, processes.
    let other = server.desktop();
    other.bash("(setsid bash -c 'exec 3<>/dev/udp/127.0.0.1/9; sleep 300' >/dev/null 2>&1 &)");
    assert_eq!(desktop.bash("pgrep -f 'sleep 300' || true"), "");
}

#[test]
fn without_network_there_is_none() {
    let site = Site::page(PAGE);
    let server = Server::start_with(Options::with(&[
        "--expose-host-port",
        &site.port().to_string(),
    ]));
    let desktop = server
        .api()
        .create(&json!({"tools": ["computer", "bash"], "network": "none"}));
    let answer = desktop.bash(&format!(
        "timeout 2 bash -c 'echo >/dev/tcp/host.nen/{}' 2>&1; true",
        site.port()
    ));
    assert!(!answer.is_empty(), "it connected");
    assert_eq!(site.requests(), []);
    let interfaces = desktop.bash("tail -n +3 /proc/net/dev | cut -d: -f1");
    assert_eq!(interfaces.trim(), "lo");
}

#[test]
fn chromium_runs_with_its_own_sandbox() {
    for options in [Options::default(), Options::unprivileged()] {
        let site = Site::page(PAGE);
        let mut options = options;
        options.arguments = vec!["--expose-host-port".into(), site.port().to_string()];
        let server = Server::start_with(options);
        let desktop = open_page(&server.api(), &site, &json!({}));
        let renderers = until("a renderer", || {
            let all = processes_with(desktop.id());
            let chromium: Vec<_> = all
                .into_iter()
                .filter(|p| p.command.contains("/chromium "))
                .collect();
            assert!(
                chromium.iter().all(|p| !p.command.contains("no-sandbox")),
                "{chromium:?}"
            );
            let renderers: Vec<_> = chromium
                .into_iter()
                .filter(|p| p.command.contains("--type=renderer"))
                .collect();
            (!renderers.is_empty()).then_some(renderers)
        });
        let browser = processes_with(desktop.id());
        let browser = browser
            .iter()
            .find(|p| p.name == "chromium" && !p.command.contains("--type="))
            .unwrap();
        let filters = |process: &Process| -> u32 {
            let count = process.status("Seccomp_filters");
            count.parse().unwrap()
        };
        for renderer in renderers {
            // Beside the desktop's own.
            assert!(
                filters(&renderer) > filters(browser) && filters(browser) >= 1,
                "a renderer without system call filter"
            );
            assert_ne!(
                renderer.namespace("pid"),
                browser.namespace("pid"),
                "a renderer without namespaces of its own"
            );
            assert_ne!(renderer.namespace("net"), browser.namespace("net"));
        }
    }
}

#[test]
fn memory_and_processes_are_bounded() {
    let server = Server::start_with(Options::with(&[
        "--memory-limit",
        "600",
        "--process-limit",
        "200",
    ]));
    let desktop = server.desktop();
    // A fork bomb with a fuse: its processes end by themselves. The shell that cannot fork gives up, so it is one of its own.
    let bomb = json!({"command": "bash -c 'for i in {1..400}; do sleep 3 & done' 2>/drive/forks; true", "timeout": 30});
    desktop.execute(&json!({"action": {"tool": "bash", "action": "run", "params": bomb}, "screenshot": "never"}));
    until("processes are refused", || {
        let said = String::from_utf8_lossy(&desktop.download("forks")?).into_owned();
        said.contains("Resource temporarily unavailable")
            .then_some(())
    });
    assert_eq!(server.api().get("/health").status, 200);
    until("its processes have ended", || {
        let reply = desktop.execute(&json!({"action": {"tool": "bash", "action": "run", "params": {"command": "ps -C sleep | wc -l"}}}));
        (reply.json()["output"].as_str()?.trim() == "1").then_some(())
    });
    let killed = desktop.execute(&json!({
        "action": {"tool": "bash", "action": "run", "params": {
            "command": "head -c 1500000000 /dev/zero | tail -c 1400000000 | wc -c", "timeout": 30}},
        "screenshot": "never",
    }));
    assert!(
        !killed.text().contains("1400000000"),
        "1.4 GB within 600 MiB: {killed}"
    );
    // The desktop itself has survived that.
    desktop
        .act("mouse_move", json!({"coordinate": [1, 1]}))
        .expect(200);
}
