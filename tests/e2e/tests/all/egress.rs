//! What a desktop reaches that may reach what a list names, on an internet of the test's own.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use nen_e2e::{
    Desktop, DesktopEvents, Internet, Leads, Options, Server, Workflow, processes_with, until,
};
use serde_json::{Value, json};

const PAGE: &str = r#"<!doctype html><title>there</title><script>addEventListener("load", () => fetch("/ready", {method: "POST", body: "x"}))</script>"#;

const SITES: [(&str, u16); 8] = [
    ("203.0.113.10", 80),
    ("203.0.113.20", 80),
    ("203.0.113.30", 80),
    ("203.0.113.30", 81),
    ("198.51.100.7", 80),
    ("198.51.100.7", 5432),
    ("198.51.100.53", 853),
    ("203.0.113.2", 80),
];

const ALLOWED: [&str; 7] = [
    "allowed.test",
    "alias.test:80",
    "*.wide.test",
    "private.test",
    "local.test",
    "machine.test",
    "198.51.100.7:5432",
];

fn to(address: [u8; 4]) -> Leads {
    Leads::To(vec![Ipv4Addr::from(address)])
}

/// None: this test needs root.
fn internet() -> Option<Internet> {
    let internet = Internet::around_this_thread(&SITES, PAGE);
    let Some(internet) = internet else {
        eprintln!("NOT TESTED: network namespaces of the test's own need root");
        return None;
    };
    internet.name("allowed.test", to([203, 0, 113, 10]));
    internet.name("denied.test", to([203, 0, 113, 20]));
    internet.name("alias.test", Leads::Alias("far.cdn.test".into()));
    internet.name("far.cdn.test", to([203, 0, 113, 30]));
    internet.name("moving.wide.test", to([203, 0, 113, 10]));
    internet.name("private.test", to([10, 1, 2, 3]));
    internet.name("local.test", to([127, 0, 0, 1]));
    internet.name("machine.test", to([203, 0, 113, 1]));
    Some(internet)
}

/// What came of trying to reach each place.
fn reach(desktop: &Desktop, places: &[&str]) -> BTreeMap<String, String> {
    let said = desktop.bash(&format!("python3 /drive/reach.py {}", places.join(" ")));
    let lines = said.lines().filter_map(|line| line.split_once(' '));
    lines
        .map(|(place, said)| (place.to_owned(), said.to_owned()))
        .collect()
}

#[track_caller]
fn proves(desktop: &Desktop, expected: &[(&str, &str)]) {
    let places: Vec<&str> = expected.iter().map(|(place, _)| *place).collect();
    let found = reach(desktop, &places);
    let expected: BTreeMap<String, String> = expected
        .iter()
        .map(|(place, said)| ((*place).to_owned(), (*said).to_owned()))
        .collect();
    assert_eq!(found, expected);
}

fn create(server: &Server) -> Desktop {
    let desktop = server.api().create(&json!({
        "tools": ["computer", "bash", "windows"], "network": {"allow": ALLOWED},
    }));
    desktop.upload("reach.py", include_bytes!("reach.py"));
    desktop
}

fn listed(desktop: &Desktop) {
    proves(
        desktop,
        &[
            ("tcp:allowed.test:80", "connected"),
            ("tcp:alias.test:80", "connected"),
            ("tcp:198.51.100.7:5432", "connected"),
            // Once a name has led there, the address is open as it is, at the ports of the name.
            ("tcp:203.0.113.30:80", "connected"),
            ("tcp:alias.test:81", "refused"),
            ("tcp:198.51.100.7:80", "refused"),
            ("tcp:denied.test:80", "unknown"),
            ("tcp:203.0.113.20:80", "refused"),
            ("tcp:wide.test:80", "unknown"),
            ("tcp:private.test:80", "unknown"),
            ("tcp:local.test:80", "unknown"),
            ("tcp:machine.test:80", "unknown"),
            ("tcp:203.0.113.1:80", "refused"),
            ("tcp:169.254.169.254:80", "refused"),
        ],
    );
    // Whoever else answers for names is not reached.
    proves(
        desktop,
        &[
            ("dns:127.0.0.1:53:allowed.test", "code 0, 1 records"),
            ("dns:127.0.0.1:53:denied.test", "code 3, 0 records"),
            ("dns:10.0.2.3:53:denied.test", "refused"),
            ("dns:203.0.113.2:53:denied.test", "refused"),
            ("dns:198.51.100.53:53:denied.test", "refused"),
            ("dns:198.51.100.53:443:denied.test", "refused"),
            ("tcp:10.0.2.3:53", "refused"),
            ("tcp:203.0.113.2:53", "refused"),
            ("tcp:198.51.100.53:53", "refused"),
            ("tcp:198.51.100.53:853", "refused"),
        ],
    );
}

fn told(events: &DesktopEvents) {
    let denied = |what: &str, fields: Value| {
        let holds = |data: &Value| {
            fields
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, value)| data[name] == *value)
        };
        let event = events.wait_for("network.denied", what, holds);
        assert!(event["count"].as_u64().unwrap() >= 1, "{event}");
    };
    denied(
        "a name",
        json!({"name": "denied.test", "protocol": "dns", "reason": "not_allowed"}),
    );
    denied(
        "a name that leads inside",
        json!({"name": "private.test", "address": "10.1.2.3", "reason": "closed"}),
    );
    denied(
        "an address",
        json!({"address": "203.0.113.20", "port": 80, "protocol": "tcp", "reason": "not_allowed"}),
    );
    denied(
        "a port",
        json!({"address": "203.0.113.30", "port": 81, "protocol": "tcp"}),
    );
    denied(
        "metadata",
        json!({"address": "169.254.169.254", "port": 80, "reason": "closed"}),
    );
    denied(
        "a resolver",
        json!({"address": "198.51.100.53", "port": 53, "protocol": "udp"}),
    );
}

#[test]
fn what_is_listed_is_reached_and_nothing_else_also_after_a_kill() {
    let Some(internet) = internet() else { return };
    let mut server = Server::start();
    let desktop = create(&server);
    assert_eq!(desktop.state()["network"], json!({"allow": ALLOWED}));
    let events = DesktopEvents::of(&server, &desktop);
    listed(&desktop);
    told(&events);
    // A name that moves is followed.
    proves(
        &desktop,
        &[
            ("tcp:moving.wide.test:80", "connected"),
            ("tcp:203.0.113.2:80", "refused"),
        ],
    );
    internet.name("moving.wide.test", to([203, 0, 113, 2]));
    proves(
        &desktop,
        &[
            ("tcp:moving.wide.test:80", "connected"),
            ("tcp:203.0.113.2:80", "connected"),
        ],
    );

    let open = |url: &str| {
        let action = json!({"tool": "windows", "action": "open", "params": {"url": url}});
        desktop
            .execute(&json!({"action": action, "screenshot": "never"}))
            .expect(200);
    };
    open("http://allowed.test/chromium");
    internet.site("203.0.113.10", 80).wait_for("/chromium");
    open("http://denied.test/chromium");
    open("http://203.0.113.20/chromium");
    open("http://alias.test/chromium");
    internet.site("203.0.113.30", 80).wait_for("/chromium");
    assert_eq!(internet.site("203.0.113.20", 80).requests(), []);
    let asked = internet.asked();
    assert!(
        asked.iter().all(|question| question.ends_with(" 1")),
        "{asked:?}"
    );
    assert!(
        !asked.iter().any(|question| question.starts_with("denied.")),
        "{asked:?}"
    );

    let guard = || {
        processes_with(desktop.id())
            .into_iter()
            .find(|process| process.command.contains(" egress "))
    };
    let guard_before = guard().expect("it has a guard");
    assert_ne!(
        guard_before.status("Uid").split_whitespace().next(),
        Some("0")
    );
    assert_eq!(guard_before.status("Seccomp"), "2");
    server.kill();
    server.run();
    let desktop = Desktop::new(server.api(), desktop.id());
    assert_eq!(desktop.state()["network"], json!({"allow": ALLOWED}));
    let events = DesktopEvents::of(&server, &desktop);
    proves(
        &desktop,
        &[
            ("tcp:allowed.test:80", "connected"),
            ("tcp:later.test:80", "unknown"),
            ("tcp:203.0.113.20:80", "refused"),
        ],
    );
    events.wait_for("network.denied", "a name after the kill", |data| {
        data["name"] == "later.test"
    });

    // Without its guard it would not learn any name: it says so rather than to go on like that.
    let other = create(&server);
    let guard = processes_with(other.id())
        .into_iter()
        .find(|process| process.command.contains(" egress "));
    guard.unwrap().kill();
    let error = until("the desktop fails", || {
        let state = other.state();
        state["error"].as_str().map(str::to_owned)
    });
    assert!(error.contains("guards its network"), "{error}");
    other
        .api()
        .send("POST", &other.path("/resume"), &json!({}))
        .expect(200);
    proves(
        &other,
        &[
            ("tcp:allowed.test:80", "connected"),
            ("tcp:denied.test:80", "unknown"),
        ],
    );

    for desktop in [&desktop, &other] {
        desktop.delete();
        assert!(
            processes_with(desktop.id()).is_empty(),
            "{:?}",
            processes_with(desktop.id())
        );
    }
}

#[test]
fn it_holds_for_a_server_of_an_ordinary_user() {
    let Some(_internet) = internet() else { return };
    let server = Server::start_with(Options::unprivileged());
    let desktop = create(&server);
    let events = DesktopEvents::of(&server, &desktop);
    listed(&desktop);
    told(&events);
    desktop.delete();
    assert!(processes_with(desktop.id()).is_empty());
}

const FETCHES: &str = "
import socket

__nen_network__ = 'internet'

def attempt(host, port):
    try:
        socket.create_connection((host, port), 5).close()
        return 'connected'
    except socket.gaierror:
        return 'unknown'
    except OSError:
        return 'refused'

def run(params: Params) -> Result:
    places = [('allowed.test', 80), ('denied.test', 80), ('203.0.113.20', 80)]
    return Result(value=[attempt(*place) for place in places])
";

#[test]
fn a_workspace_bounds_its_desktops_and_its_workflows() {
    let Some(_internet) = internet() else { return };
    let server = Server::start();
    let api = server.api();
    let workflow = Workflow::of(&api, FETCHES);
    let quiet = || json!({"desktop": {"network": "none"}});
    let set = |network: Value| api.send("PUT", "/settings/network", &json!({"network": network}));
    let widest = json!({"allow": ["allowed.test"]});
    assert_eq!(
        set(json!({"allow": ["Allowed.TEST."]})).expect(200),
        json!({"network": widest})
    );
    assert_eq!(api.get("/settings").expect(200)["network"], widest);

    let run = workflow.run(quiet());
    assert_eq!(
        run["result"]["value"],
        json!(["connected", "unknown", "refused"]),
        "{run}"
    );
    let log = api
        .get(&format!(
            "/runs/{}/logs",
            run["message_id"].as_str().unwrap()
        ))
        .text();
    assert!(log.contains("network: denied denied.test"), "{log}");
    assert!(
        log.contains("network: denied 203.0.113.20:80 (tcp)"),
        "{log}"
    );

    api.post("/desktops", &json!({"network": "internet"}))
        .refused(403, "network");
    api.post("/desktops", &json!({"network": {"allow": ["denied.test"]}}))
        .refused(403, "denied.test");
    let desktop = api.create(&json!({"tools": ["computer", "bash"]}));
    assert_eq!(desktop.state()["network"], widest);
    desktop.upload("reach.py", include_bytes!("reach.py"));
    proves(
        &desktop,
        &[
            ("tcp:allowed.test:80", "connected"),
            ("tcp:denied.test:80", "unknown"),
        ],
    );

    set(json!("none")).expect(200);
    let run = workflow.run(quiet());
    assert_eq!(run["run_status"], "failed");
    assert!(
        run["error"].as_str().unwrap().contains("__nen_network__"),
        "{run}"
    );
    api.post("/desktops", &json!({"network": widest}))
        .refused(403, "none");
    assert_eq!(set(Value::Null).expect(200), json!({"network": "internet"}));
    assert_eq!(api.get("/settings").expect(200)["network"], "internet");
}
