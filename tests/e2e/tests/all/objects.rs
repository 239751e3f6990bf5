//! Pictures and artifacts in an object store: a real one that speaks S3.

use std::io::{Cursor, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nen_e2e::{Options, Server, Workflow, binary, final_state, until, until_within};
use nen_object_server::ObjectServer;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const LEAVES_A_FILE: &str = "
def run(params: Params) -> Result:
    Computer().screenshot()
    # More than one piece of an upload.
    open('/artifacts/note.bin', 'wb').write(os.urandom(9 << 20))
    return Result(value=params.n + 1)
";

fn store() -> (Runtime, ObjectServer) {
    let runtime = Runtime::new().unwrap();
    let store = runtime.block_on(ObjectServer::start());
    (runtime, store)
}

fn options(at: SocketAddr, more: &[&str]) -> Options {
    let usual = ["--objects", "s3://nen/prod", "--run-slots", "1"];
    let options = Options::with(&[&usual, more].concat());
    ObjectServer::environment(at)
        .iter()
        .fold(options, |options, (name, value)| {
            options.variable(name, value)
        })
}

/// Every file below a folder, by its path there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.strip_prefix(folder).unwrap().to_owned()),
            }
        }
    }
    found.sort();
    found
}

fn has(files: &[PathBuf], end: &str) -> bool {
    files
        .iter()
        .any(|file| file.to_string_lossy().ends_with(end))
}

/// What is in the one file of a run's zip.
fn note(zip: Vec<u8>) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut bytes = Vec::new();
    zip.by_name("note.bin")
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

fn link(server: &Server, run: &Value) -> String {
    let link = run["assets"].as_str().unwrap();
    let path = link.strip_prefix(server.api().base());
    path.expect("a link to this server").to_owned()
}

#[test]
fn what_is_kept_is_in_the_store_and_clients_get_it_there() {
    let (_runtime, store) = store();
    let server = Server::start_with(options(store.address(), &["--object-links"]));
    let api = server.api();
    let workflow = Workflow::of(&api, LEAVES_A_FILE);
    let id = workflow.start(json!({"workflow_params": {"n": 41}}));
    let run = final_state(&api, &id);
    assert_eq!(run["result"], json!({"value": 42}), "{run}");

    // The link is the server's, and leads on to the store.
    let reply = api.without_key().get(&link(&server, &run));
    assert_eq!(reply.status, 307, "{reply}");
    let there = reply.header("location").to_owned();
    assert!(
        there.starts_with(&format!("http://{}/", store.address())),
        "{there}"
    );
    let mut zip = ureq::get(&there).call().unwrap();
    let zip = zip
        .body_mut()
        .with_config()
        .limit(64 << 20)
        .read_to_vec()
        .unwrap();
    assert_eq!(note(zip).len(), 9 << 20);

    // Pictures come through the server, to whoever may see the run.
    let steps = api.get(&format!("/runs/{id}/steps")).expect(200);
    let picture = steps["steps"][0]["screenshot"].as_str().unwrap();
    let seen = api.get(picture).expect_raw(200);
    assert!(seen.body.starts_with(b"\x89PNG"));
    let tag = seen.header("etag").to_owned();
    let same = api.call("GET", picture, &[("if-none-match", &tag)], b"");
    assert_eq!(same.status, 304, "{same}");
    let part = api.call("GET", picture, &[("range", "bytes=1-3")], b"");
    assert_eq!((part.status, part.body.as_slice()), (206, &b"PNG"[..]));
    assert_eq!(api.without_key().get(picture).status, 401);

    // So do those of what was done on a desktop.
    let desktop = server.desktop();
    desktop
        .act("left_click", json!({"coordinate": [5, 5]}))
        .expect(200);
    let shown = until("a picture is kept", || {
        let log = api.get(&desktop.path("/tool-logs")).expect(200);
        log[0]["screenshot"].as_str().map(str::to_owned)
    });
    assert!(api.get(&shown).expect_raw(200).body.starts_with(b"\x89PNG"));

    let kept = files(&store.bucket().join("prod"));
    assert!(has(&kept, &format!("runs/{id}/assets.zip")), "{kept:?}");
    assert!(has(&kept, ".png"), "{kept:?}");
    for folder in ["history", "runs"] {
        let here = files(&server.data_dir().join(folder));
        assert!(!has(&here, ".png") && !has(&here, ".zip"), "{here:?}");
    }
}

#[test]
fn artifacts_go_through_the_server() {
    let (_runtime, store) = store();
    let server = Server::start_with(options(store.address(), &[]));
    let api = server.api();
    let workflow = Workflow::of(&api, LEAVES_A_FILE);
    let id = workflow.start(json!({"workflow_params": {"n": 1}}));
    let run = final_state(&api, &id);
    let zip = api.without_key().get(&link(&server, &run)).expect_raw(200);
    assert_eq!(note(zip.body).len(), 9 << 20);
}

#[test]
fn a_run_outlasts_an_outage_of_the_store_with_its_files() {
    let (runtime, mut store) = store();
    let server = Server::start_with(options(store.address(), &[]));
    let api = server.api();
    let workflow = Workflow::of(&api, LEAVES_A_FILE);
    runtime.block_on(store.goes_away());
    let id = workflow.start(json!({"workflow_params": {"n": 1}}));
    // Steps wait a moment for their pictures.
    until_within(Duration::from_secs(30), "the workflow is done", || {
        let log = api.get(&format!("/runs/{id}/steps")).expect(200);
        (log["steps"][0]["status"] == "ok").then_some(())
    });
    // It cannot be done before its files are kept, however long that takes.
    std::thread::sleep(Duration::from_secs(3));
    let run = api.get(&format!("/runs/{id}")).expect(200);
    assert_eq!(run["run_status"], "running", "{run}");
    runtime.block_on(store.comes_back());
    let run = final_state(&api, &id);
    assert_eq!(run["run_status"], "completed", "{run}");
    let zip = api.without_key().get(&link(&server, &run)).expect_raw(200);
    assert_eq!(note(zip.body).len(), 9 << 20);
}

#[test]
fn a_store_that_cannot_be_used_is_told_at_the_start() {
    let (_runtime, store) = store();
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(binary("nen"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--warm-pool", "0"])
        .args(["--objects", "s3://nen/prod", "--data-dir"])
        .arg(folder.path().join("data"))
        .envs(ObjectServer::environment(store.address()))
        .env("AWS_SECRET_ACCESS_KEY", "a-wrong-secret");
    let done = command.output().unwrap();
    assert!(!done.status.success());
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.contains("cannot use s3://nen/prod"), "{said}");
    assert!(!said.contains("a-wrong-secret"), "{said}");
}

#[test]
fn a_server_starts_while_its_store_is_away() {
    let (runtime, mut store) = store();
    runtime.block_on(store.goes_away());
    let server = Server::start_with(options(store.address(), &[]));
    let desktop = server.desktop();
    desktop
        .act("left_click", json!({"coordinate": [5, 5]}))
        .expect(200);
    runtime.block_on(store.comes_back());
    let api = server.api();
    let id = Workflow::of(&api, LEAVES_A_FILE).start(json!({"workflow_params": {"n": 1}}));
    assert_eq!(final_state(&api, &id)["run_status"], "completed");
}

#[test]
fn a_key_in_a_place_is_refused_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["config", "check"],
    ] {
        let done = Command::new(binary("nen"))
            .args(command)
            .env("NEN_DATA_DIR", folder.path().join("data"))
            .env("NEN_OBJECTS", "s3://key:geheim@nen/a")
            .output()
            .unwrap();
        assert!(!done.status.success(), "{command:?}");
        let said = [done.stdout, done.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("keys do not belong into it"), "{said}");
        assert!(!said.contains("geheim"), "{said}");
    }
}
