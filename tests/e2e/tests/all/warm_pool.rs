//! Desktops that were started before anybody asked for them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nen_e2e::{Api, Desktop, Options, Server, Site, processes_with, until, until_within};
use serde_json::{Value, json};

use crate::lifecycle::nothing_left;

const PAGE: &str = r#"<!doctype html><script>addEventListener("load", () => fetch("/ready", {method: "POST", body: "x"}))</script>"#;

/// Creates desktops until one comes from the pool, which takes a moment to fill.
fn create_warm(api: &Api, body: &Value) -> Desktop {
    until_within(std::time::Duration::from_secs(60), "a warm desktop", || {
        let desktop = api.create(body);
        if desktop.state()["provisioning"] == "warm" {
            return Some(desktop);
        }
        desktop.delete();
        None
    })
}

/// Names and modes of everything in a desktop's folders that a start makes.
fn files(server: &Server, desktop: &Desktop) -> Vec<(PathBuf, u32)> {
    let root = server.data_dir().join("desktops").join(desktop.id());
    let record: Value =
        serde_json::from_slice(&std::fs::read(root.join("instance.json")).unwrap()).unwrap();
    let inside = PathBuf::from(format!("/proc/{}/root/run/nen", record["init"]["pid"]));
    let mut found = Vec::new();
    for (name, folder) in [("", &root), ("run", &inside)] {
        let mut look = |name: PathBuf, path: &Path| {
            found.push((name, path.metadata().unwrap().permissions().mode()));
        };
        look(name.into(), folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            look(Path::new(name).join(entry.file_name()), &entry.path());
        }
    }
    found.sort();
    found
}

/// Ids of desktops that the server keeps for nobody.
fn unclaimed(server: &Server) -> Vec<String> {
    let entries = std::fs::read_dir(server.data_dir().join("unclaimed")).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_warm_desktop_is_what_was_asked_for() {
    let site = Site::page(PAGE);
    let options = Options {
        warm_pool: 1,
        ..Options::with(&["--expose-host-port", &site.port().to_string()])
    };
    let mut server = Server::start_with(options);
    let api = server.api();
    let wanted = json!({
        "name": "books",
        "tools": ["computer"],
        "start_url": site.url_inside(),
        "metadata": {"team": "blue"},
    });
    let warm = create_warm(&api, &wanted);
    site.wait_for("/ready");
    let state = warm.state();
    assert_eq!(
        (&state["name"], &state["status"]),
        (&json!("books"), &json!("running"))
    );
    let listed = api.get("/desktops").expect(200);
    assert_eq!(listed, json!([state]), "the pool is in no list");

    let tools = |desktop: &Desktop| {
        let tools = desktop.api().get(&desktop.path("/tools")).expect(200);
        let names = tools.as_array().unwrap().iter();
        let names: Vec<String> = names
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect();
        names
    };
    assert_eq!(tools(&warm), ["computer"]);
    assert_eq!(
        warm.computer("screenshot", json!({})).expect(200)["status"],
        "ok"
    );
    let refused = warm.execute(&json!({
        "action": {"tool": "bash", "action": "run", "params": {"command": "true"}}
    }));
    assert_eq!(refused.status, 400, "{refused}");

    // From outside it looks like one that was started for its creation.
    let cold = api.create(&json!({"env": {"LANG": "C.UTF-8"}}));
    assert_eq!(cold.state()["provisioning"], "cold");
    assert_eq!(files(&server, &warm), files(&server, &cold));
    let pause = |action: &str| api.post(&warm.path(action), &json!({})).expect(200);
    assert_eq!(pause("/pause")["status"], "paused");
    assert_eq!(pause("/resume")["status"], "running");

    server.stop();
    nothing_left(server.data_dir().to_str().unwrap());
    assert_eq!(unclaimed(&server), [""; 0]);
    server.run();
    let again = Desktop::new(server.api(), warm.id());
    assert_eq!(tools(&again), ["computer"], "the call starts it again");
    let again = again.state();
    assert_eq!(
        (&again["status"], &again["provisioning"]),
        (&json!("running"), &json!("warm"))
    );
}

#[test]
fn a_killed_server_leaves_nothing_of_its_pool() {
    for unprivileged in [false, true] {
        let mut server = Server::start_with(Options {
            unprivileged,
            ..Options::warm_pool(1)
        });
        let tools = json!({"tools": ["computer", "bash"]});
        let warm = create_warm(&server.api(), &tools);
        warm.bash("VARIABLE=alive");
        let nobodys = until("another one for nobody", || {
            let unclaimed = unclaimed(&server);
            let id = unclaimed.first()?;
            processes_with(id)
                .iter()
                .any(|process| process.name == "Xvnc")
                .then(|| id.clone())
        });
        server.kill();
        assert!(
            !processes_with(&nobodys).is_empty(),
            "it outlives the server"
        );
        server.run();
        nothing_left(&nobodys);
        let folder = server.data_dir().join("desktops").join(&nobodys);
        assert!(!folder.exists() && !unclaimed(&server).contains(&nobodys));
        let warm = Desktop::new(server.api(), warm.id());
        assert_eq!(warm.bash("echo $VARIABLE").trim(), "alive");
        server.stop();
        nothing_left(server.data_dir().to_str().unwrap());
    }
}
