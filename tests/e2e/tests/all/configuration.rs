//! Settings by file, environment and flags, with the real program.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use nen_e2e::{Cli, Options, Server};
use serde_json::{Value, json};

fn write(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("nen.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn setting<'a>(checked: &'a Value, key: &str) -> &'a Value {
    let settings = checked["settings"].as_array().unwrap();
    let found = settings.iter().find(|setting| setting["key"] == key);
    found.unwrap_or_else(|| panic!("no {key} in {checked}"))
}

#[test]
fn a_server_is_what_its_file_says_until_something_else_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "max-desktops = 3\nmax-desktops-per-workspace = 2\nmax-runs-per-workspace = 7\n",
    );
    let options = Options::with(&["--max-desktops", "5"])
        .variable("NEN_CONFIG", file.to_str().unwrap())
        .variable("NEN_MAX_RUNS_PER_WORKSPACE", "8");
    let server = Server::start_with(options);
    let cli = Cli::new(&server)
        .variable("NEN_CONFIG", file.to_str().unwrap())
        .variable("NEN_MAX_RUNS_PER_WORKSPACE", "8");
    let limits = server.api().get("/usage").expect(200)["limits"].clone();
    let checked = cli.good(&["--json", "config", "check", "--", "--max-desktops", "5"]);
    let checked: Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["ok"], true, "{checked}");
    for (key, value, source) in [
        ("max-desktops", "5", "flag"),
        ("max-desktops-per-workspace", "2", "file"),
        ("max-runs-per-workspace", "8", "environment"),
        ("warm-pool", "1", "default"),
    ] {
        let found = setting(&checked, key);
        assert_eq!(
            (&found["value"], &found["source"]),
            (&json!(value), &json!(source)),
            "{key}"
        );
    }
    assert_eq!(setting(&checked, "max-desktops-per-workspace")["line"], 2);
    // What the server really has.
    assert_eq!(limits["desktops"]["most"], 2, "{limits}");
    assert_eq!(limits["runs"]["most"], 8, "{limits}");
}

#[test]
fn what_is_wrong_stops_the_server_and_is_said_by_the_check() {
    let server = Server::start();
    let cli = Cli::new(&server);
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "max-desktops = 3\nmax-desktop = 3\nlisten = \"here\"\n",
    );
    let file = file.to_str().unwrap();
    for command in ["serve", "worker"] {
        let refused = cli.run(&[command, "--config", file]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(
            refused
                .err
                .contains("nen.toml:2: unknown setting max-desktop; did you mean max-desktops?"),
            "{refused:?}"
        );
    }
    let checked = cli.run(&["config", "check", "--config", file]);
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(
        checked
            .out
            .contains("nen.toml:3: invalid value 'here' for '--listen <ADDRESS:PORT>'"),
        "{checked:?}"
    );

    let missing = cli.run(&["config", "check", "--config", "/nonexistent/nen.toml"]);
    assert_eq!(missing.code, 1, "{missing:?}");
    assert!(
        missing.out.contains("cannot read the configuration file"),
        "{missing:?}"
    );

    // A file that is wrong is in nobody's way who does not use it.
    cli.good(&["serve", "--config", file, "--help"]);
    cli.good(&["key", "list"]);
}

#[test]
fn a_password_is_shown_nowhere() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "database = \"postgres://nen:geheim@127.0.0.1:1/nen\"\n",
    );
    let cli = Cli::new(&server);
    let data = server.data_dir();
    let data = data.to_str().unwrap();
    for arguments in [
        vec!["config", "check"],
        vec!["--json", "config", "check"],
        vec!["worker", "--data-dir", data],
        vec!["backup", "x.tar.zst", "--data-dir", data],
    ] {
        let shown = cli.run(&[&arguments[..], &["--config", file.to_str().unwrap()]].concat());
        assert!(shown.code != 0, "no such database: {shown:?}");
        let shown = format!("{shown:?}");
        assert!(shown.contains("database"), "{shown}");
        assert!(!shown.contains("geheim"), "{shown}");
    }
}

#[test]
fn the_example_is_a_file_that_changes_nothing() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let cli = Cli::new(&server);
    let file = write(folder.path(), &cli.good(&["config", "example"]));
    let data = server.folder().join("new");
    let data = data.to_str().unwrap();
    let checked = cli.good(&[
        "--json",
        "config",
        "check",
        "--config",
        file.to_str().unwrap(),
        "--",
        "--data-dir",
        data,
    ]);
    let checked: Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["problems"], json!([]), "{checked}");
}
