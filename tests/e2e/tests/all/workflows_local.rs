//! The same `workflow.py` on a developer's machine, its desktop on the server.

use std::process::Command;

use nen_e2e::{Cli, Desktop, HEAD, Server, repository};
use serde_json::{Value, json};

const BODY: &str = "
def run(params: Params) -> Result:
    computer = Computer()
    computer.move(100 + params.n, 77)
    drive = computer.drive('/drive')
    return Result(value=[file.read_bytes().decode() for file in drive.files('*.txt')])

if __name__ == '__main__':
    print(run(Params(n=2)).model_dump_json())
";

/// Where a Python finds the package `nen` and what it stands on.
fn packages() -> String {
    let package = repository().join("sdks/workflow/src");
    format!("{}:/usr/local/lib/nen/python", package.display())
}

fn pointer(desktop: &Desktop) -> Value {
    desktop.computer("cursor_position", json!({})).expect(200)["coordinate"].clone()
}

#[test]
fn a_workflow_on_this_machine_drives_a_desktop_of_the_server() {
    let server = Server::start();
    let (api, desktop) = (server.api(), server.desktop());
    api.call(
        "POST",
        &desktop.path("/files/note.txt"),
        &[],
        b"from the drive",
    )
    .expect(200);
    let file = server.folder().join("workflow.py");
    std::fs::write(&file, format!("{HEAD}{BODY}")).unwrap();
    let expected = json!({"value": ["from the drive"]});

    let cli = Cli::new(&server).variable("PYTHONPATH", &packages());
    let run = [
        "workflow",
        "run",
        file.to_str().unwrap(),
        "--param",
        "n=1",
        "--python",
        "/usr/bin/python3",
    ];
    let printed = cli.good(&[&run[..], &["--desktop", desktop.id()]].concat());
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), expected);
    assert_eq!(pointer(&desktop), json!([101, 77]));

    let python = Command::new("/usr/bin/python3")
        .arg(&file)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("PYTHONPATH", packages())
        .env("NEN_API_KEY", server.key())
        .env("NEN_API_URL", server.url())
        .env("NEN_DESKTOP_ID", desktop.id())
        .output()
        .unwrap();
    assert!(python.status.success(), "{python:?}");
    assert_eq!(
        serde_json::from_slice::<Value>(&python.stdout).unwrap(),
        expected
    );
    assert_eq!(pointer(&desktop), json!([102, 77]));

    // Without a name it makes a desktop of its own, and deletes it.
    let printed = cli.good(&run);
    assert_eq!(
        serde_json::from_str::<Value>(&printed).unwrap(),
        json!({"value": []})
    );
    let left = api.get("/desktops").expect(200);
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
}
