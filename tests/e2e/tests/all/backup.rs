//! `nen backup` of a server in use, and `nen restore` elsewhere.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use nen_e2e::{
    Database, Desktop, Options, Server, Workflow, final_state, until, users_of_their_own,
};
use serde_json::{Value, json};

use crate::workflows_runs::unpacked;

const LEAVES_A_FILE: &str = "
def run(params: Params) -> Result:
    open('/artifacts/note.txt', 'w').write(f'note {params.n}')
    Computer().click_at(10, 20)
    return Result(value=params.n + 1)
";

const ACTS_AND_STAYS: &str = "
def run(params: Params) -> Result:
    Computer().click_at(10, 20)
    print('acted', flush=True)
    time.sleep(600)
    return Result()
";

#[test]
fn a_server_in_use_is_backed_up_and_goes_on_elsewhere() {
    // Homes in plain folders: a disk that is written to meanwhile is only as good as its journal.
    let mut options = Options::with(&["--disk-limit", "0"]);
    options.warm_pool = 1;
    let server = Server::start_with(options);
    let api = server.api();
    let running = server.desktop();
    running.bash("echo of-the-home > ~/kept; ln -s kept ~/link; chmod 700 ~/kept");
    let paused = server.desktop();
    paused.upload("report.txt", b"of the drive");
    api.post(&paused.path("/pause"), &json!({})).expect(200);
    let key = api.post("/keys", &json!({"name": "second", "scopes": ["admin"]}));
    let key = key.expect(201)["secret"].as_str().unwrap().to_owned();
    let workflow = Workflow::of(&api, LEAVES_A_FILE);
    let done = workflow.start(json!({"workflow_params": {"n": 41}}));
    let before = final_state(&api, &done);
    assert_eq!(before["run_status"], "completed", "{before}");
    let stays = Workflow::of(&api, ACTS_AND_STAYS).start(json!({}));
    until("the run acts", || {
        let log = api.get(&format!("/runs/{stays}/logs")).text();
        log.contains("acted").then_some(())
    });

    let archive = server.folder().join("backup.tar.zst");
    let uploads = AtomicUsize::new(0);
    let over = AtomicBool::new(false);
    let made = thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let number = uploads.load(Ordering::Relaxed);
                running.upload(&format!("{number}.bin"), &[7; 200_000]);
                workflow.start(json!({"workflow_params": {"n": number}}));
                uploads.store(number + 1, Ordering::Relaxed);
            }
        });
        let under_way = || (uploads.load(Ordering::Relaxed) >= 2).then_some(());
        until("files are uploaded and runs started", under_way);
        let (known, output) = (
            uploads.load(Ordering::Relaxed),
            back_up(&server, &archive, &[]).output(),
        );
        over.store(true, Ordering::Relaxed);
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
        (
            known,
            serde_json::from_slice::<Value>(&output.stdout).unwrap(),
        )
    });
    let (known, made) = made;
    assert_eq!(made["left_out"], json!([]), "{made}");
    assert!(
        made["desktops"].as_u64().unwrap() >= 3,
        "with the run's: {made}"
    );
    assert_eq!(archive.metadata().unwrap().mode() & 0o777, 0o600);

    let other = restored(&archive, Options::default());
    let again = other.api();
    assert_eq!(other.key(), server.key());
    again.with_key(&key).get("/keys").expect(200);
    for name in ["worker-id", "secret.key"] {
        let same = fs::read(server.data_dir().join(name)).unwrap()
            == fs::read(other.data_dir().join(name)).unwrap();
        assert_eq!(same, name == "secret.key", "{name}");
    }

    // Desktops: those that ran start anew from their files when they are called.
    let back = Desktop::new(again.clone(), running.id());
    assert_eq!(back.state()["status"], "paused");
    assert_eq!(
        back.bash("cat ~/link; stat -c %a ~/kept; whoami"),
        "of-the-home\n700\nuser"
    );
    for number in 0..known {
        let content = back.download(&format!("{number}.bin"));
        assert_eq!(content.unwrap(), [7; 200_000], "{number}.bin");
    }
    back.upload("new.txt", b"new");
    let paused = Desktop::new(again.clone(), paused.id());
    assert_eq!(paused.state()["status"], "paused");
    assert_eq!(paused.download("report.txt").unwrap(), b"of the drive");
    if users_of_their_own() {
        let owner = |id: &str| {
            let folder = other.data_dir().join("desktops").join(id);
            // The server's own, and passed by the desktop's user.
            folder.metadata().unwrap().gid()
        };
        assert!(owner(back.id()) >= 210_000);
        assert_ne!(owner(back.id()), owner(paused.id()));
    }

    // Runs: what was done is there with its files; what had acted is failed; what waited is done.
    let after = final_state(&again, &done);
    assert_eq!(after["result"], before["result"]);
    assert_eq!(unpacked(&again, &after)["note.txt"], b"note 41");
    let steps = |api: &nen_e2e::Api| api.get(&format!("/runs/{done}/steps")).expect(200);
    assert_eq!(
        steps(&again)["steps"].as_array().map(Vec::len),
        steps(&api)["steps"].as_array().map(Vec::len)
    );
    let lost = final_state(&again, &stays);
    assert_eq!(
        (&lost["run_status"], &lost["error_type"]),
        (&json!("failed"), &json!("WorkerLost")),
        "{lost}"
    );
    let mut seen = 0;
    for run in again.get("/runs?limit=100").expect(200)["runs"]
        .as_array()
        .unwrap()
    {
        let id = run["message_id"].as_str().unwrap();
        if id != stays && id != done {
            let ended = final_state(&again, id);
            let status = ended["run_status"].as_str().unwrap();
            // One that was in the middle of it had acted.
            assert!(
                status == "completed" || ended["error_type"] == "WorkerLost",
                "{ended}"
            );
            seen += 1;
        }
    }
    assert!(seen >= known, "{seen} of {known}");
    api.post(&format!("/runs/{stays}/cancel"), &json!({}))
        .expect(202);
}

/// Where desktops have disks of their own.
#[test]
fn the_disk_of_a_paused_desktop_is_whole() {
    let server = Server::start();
    let desktop = server.desktop();
    desktop.bash("seq 1000 > ~/kept");
    desktop.upload("report.txt", b"of the drive");
    server
        .api()
        .post(&desktop.path("/pause"), &json!({}))
        .expect(200);
    let archive = server.folder().join("backup.tar.zst");
    let output = back_up(&server, &archive, &[]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(made["left_out"], json!([]), "{made}");
    let other = restored(&archive, Options::default());
    let back = Desktop::new(other.api(), desktop.id());
    assert_eq!(
        back.bash("sha256sum < ~/kept"),
        desktop.bash("sha256sum < ~/kept")
    );
    assert_eq!(back.download("report.txt").unwrap(), b"of the drive");
    back.bash("echo more >> ~/kept");
}

#[test]
fn an_ordinary_user_backs_up_and_restores_as_well() {
    let server = Server::start_with(Options::unprivileged());
    let desktop = server.desktop();
    desktop.bash("echo mine > ~/kept");
    let archive = server.folder().join("backup.tar.zst");
    let output = back_up(&server, &archive, &[]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let other = restored(&archive, Options::unprivileged());
    let back = Desktop::new(other.api(), desktop.id());
    assert_eq!(back.bash("cat ~/kept"), "mine");
}

/// Standard output, a folder that is in use, and one that was restored by half.
#[test]
fn a_backup_goes_through_a_pipe_and_into_no_folder_that_is_used() {
    let server = Server::start();
    let output = back_up(&server, Path::new("-"), &[]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let archive = server.folder().join("piped.tar.zst");
    fs::write(&archive, &output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("files and folders"), "{said}");

    let restore = |folder: &Path, more: &[&str]| {
        let mut command = server.program();
        command
            .arg("restore")
            .arg(&archive)
            .arg("--data-dir")
            .arg(folder)
            .args(more);
        let output = command.output().unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (good, said) = restore(&server.data_dir(), &["--replace"]);
    assert!(!good && said.contains("another nen server uses"), "{said}");

    let half = server.folder().join("half");
    let (good, said) = restore(&half, &[]);
    assert!(good, "{said}");
    fs::create_dir(half.join(".restoring")).unwrap();
    let mut serve = server.program();
    serve
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(&half);
    let refused = serve.output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("did not end"),
        "{said}"
    );
    let (good, said) = restore(&half, &[]);
    assert!(!good && said.contains("is not empty"), "{said}");
    let (good, said) = restore(&half, &["--replace"]);
    assert!(good, "{said}");
    assert!(!half.join(".restoring").exists());
}

#[test]
fn a_postgresql_database_goes_along() {
    let (Some(one), Some(two)) = (Database::create(), Database::create()) else {
        return;
    };
    let server = Server::start_with(Options::with(&["--database", &one.url()]));
    let workflow = Workflow::of(&server.api(), LEAVES_A_FILE);
    let archive = server.folder().join("backup.tar.zst");
    let output = back_up(&server, &archive, &["--database", &one.url()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");

    let options = Options::with(&["--database", &two.url()]);
    let restore = |data: &Path, database: &str| {
        let mut command = server.program();
        command
            .arg("restore")
            .arg(&archive)
            .arg("--data-dir")
            .arg(data);
        command.args(["--database", database]).output().unwrap()
    };
    let refused = restore(&server.folder().join("none"), &one.url());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("database is not empty"),
        "{said}"
    );
    let other = Server::start_on(options, |other| {
        let output = restore(&other.data_dir(), &two.url());
        assert!(output.status.success(), "{output:?}");
    });
    let path = format!("/workflows/{}", workflow.id);
    assert_eq!(
        other.api().get(&path).expect(200)["workflowId"],
        workflow.id
    );
}

fn back_up(server: &Server, archive: &Path, more: &[&str]) -> Command {
    let mut command = server.program();
    command
        .args(["--json", "backup"])
        .arg(archive)
        .arg("--data-dir");
    command.arg(server.data_dir()).args(more);
    command
}

/// A server on what an archive holds.
fn restored(archive: &Path, options: Options) -> Server {
    Server::start_on(options, |server| {
        // Only its owner may read it, who is another user where tests are run as root.
        let own = server.folder().join("own.tar.zst");
        fs::copy(archive, &own).unwrap();
        let found = server.folder().metadata().unwrap();
        std::os::unix::fs::chown(&own, Some(found.uid()), Some(found.gid())).unwrap();
        let mut command = server.program();
        command
            .arg("restore")
            .arg(&own)
            .arg("--data-dir")
            .arg(server.data_dir());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    })
}
