//! `nen desktop …` and its like, as scripts and people see them.

use nen_e2e::{Cli, Image, Server};
use serde_json::Value;

#[test]
fn a_desktop_by_the_command_line() {
    let server = Server::start();
    let nen = Cli::new(&server);
    let created = nen.good(&["desktop", "create"]);
    assert!(
        created.starts_with("Desktop created successfully!"),
        "{created}"
    );
    let field = |text: &str, name: &str| {
        let line = text
            .lines()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap_or_else(|| panic!("no {name} in {text}"));
        line.split_once(':').unwrap().1.trim().to_owned()
    };
    let id = field(&created, "Desktop ID");
    assert_eq!(field(&created, "Status"), "running");
    let time = field(&created, "Created");
    assert_eq!(
        (time.as_bytes()[4], time.as_bytes()[10]),
        (b'-', b'T'),
        "RFC 3339: {time}"
    );
    assert!(!created.contains("Name"), "only if present");
    assert!(!created.contains('\u{1b}'), "colour only on a terminal");

    assert_eq!(nen.good(&["desktop", "list", "-q"]).trim(), id);
    assert!(nen.good(&["desktop", "list"]).contains(&id));
    let list: Value = serde_json::from_str(&nen.good(&["desktop", "list", "--json"])).unwrap();
    assert_eq!(list[0]["desktop_id"], id.as_str());
    let status = nen.good(&["desktop", "status", &id]);
    assert!(
        status.contains(&id) && status.contains("running"),
        "{status}"
    );

    let png = server.folder().join("screen.png");
    nen.good(&[
        "desktop",
        "screenshot",
        &id,
        "--output",
        png.to_str().unwrap(),
    ]);
    assert_eq!(Image::from_png(&std::fs::read(&png).unwrap()).width, 1280);
    assert_eq!(
        nen.run(&["desktop", "delete", &id]).code,
        2,
        "nobody there to confirm"
    );
    nen.good(&["desktop", "delete", &id, "--force"]);
    assert_eq!(nen.good(&["desktop", "list", "-q"]).trim(), "");
}

#[test]
fn files_by_the_command_line() {
    let server = Server::start();
    let nen = Cli::new(&server);
    let created: Value = serde_json::from_str(&nen.good(&["desktop", "create", "--json"])).unwrap();
    let id = created["desktop_id"].as_str().unwrap();
    let local = server.folder().join("in voice.txt");
    std::fs::write(&local, "content").unwrap();
    nen.good(&["desktop", "files", "upload", id, local.to_str().unwrap()]);
    nen.good(&[
        "desktop",
        "files",
        "upload",
        id,
        local.to_str().unwrap(),
        "--name",
        "b.txt",
        "--path",
        "sub/folder",
    ]);
    let list = nen.good(&["desktop", "files", "list", id]);
    for part in [
        "NAME",
        "SIZE",
        "MODIFIED",
        "in voice.txt",
        "sub/",
        "<DIR>",
        "just now",
    ] {
        assert!(list.contains(part), "no {part} in {list}");
    }
    assert_eq!(
        nen.good(&["desktop", "files", "list", id, "-p", "sub/folder", "-q"])
            .trim(),
        "b.txt"
    );
    std::fs::remove_file(&local).unwrap();
    nen.good(&["desktop", "files", "download", id, "in voice.txt"]);
    assert_eq!(
        std::fs::read_to_string(&local).unwrap(),
        "content",
        "to ./<name>"
    );
    assert_eq!(
        nen.run(&["desktop", "files", "download", id, "in voice.txt"])
            .code,
        2,
        "it would be overwritten"
    );
    nen.good(&[
        "desktop",
        "files",
        "download",
        id,
        "in voice.txt",
        "--force",
    ]);
    assert_eq!(
        nen.good(&[
            "desktop",
            "files",
            "download",
            id,
            "b.txt",
            "-p",
            "sub/folder",
            "-o",
            "-"
        ]),
        "content"
    );
    assert_eq!(
        nen.run(&["desktop", "files", "download", id, "nothing"])
            .code,
        3
    );
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let server = Server::start();
    let nen = Cli::new(&server);
    assert_eq!(nen.run(&["desktop", "status", "dsk_000000000000"]).code, 3);
    assert_eq!(
        nen.run_with_key("sk_nen_wrong", &["desktop", "list"]).code,
        4
    );
    assert_eq!(nen.run(&["desktop", "lst"]).code, 2);
    assert_eq!(nen.run(&["desktop", "status"]).code, 2);
    let wrong = nen.run(&["desktop", "status", "dsk_000000000000"]);
    assert!(
        wrong.out.is_empty() && wrong.err.starts_with("error:"),
        "{wrong:?}"
    );
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            nen.good(&["completions", shell]).contains("desktop"),
            "{shell}"
        );
    }
    let doctor: Value = serde_json::from_str(&nen.good(&[
        "doctor",
        "--json",
        "--data-dir",
        server.folder().to_str().unwrap(),
    ]))
    .unwrap();
    assert_eq!(doctor["ok"], true, "{doctor}");
}
