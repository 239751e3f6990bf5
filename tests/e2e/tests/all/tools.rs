//! The tools beside `computer`, and the programs of the desktop.

use std::time::{Duration, Instant};

use nen_e2e::{Desktop, Options, Server, Site, open_page, until, until_within};
use serde_json::{Value, json};

#[expect(clippy::needless_pass_by_value, reason = "called with json!")]
fn call(desktop: &Desktop, tool: &str, action: &str, params: Value) -> Value {
    let body = json!({"action": {"tool": tool, "action": action, "params": params}, "screenshot": "never", "settle": false});
    desktop.execute(&body).expect(200)
}

#[test]
fn the_shell_keeps_its_state_and_is_bounded() {
    let server = Server::start();
    let desktop = server.desktop();
    desktop.bash("cd /tmp; NAME=Wörld; greet() { echo \"Hello $NAME\"; }");
    assert_eq!(desktop.bash("greet; pwd").trim_end(), "Hello Wörld\n/tmp");
    assert_eq!(
        desktop.bash("echo out; echo err >&2").trim_end(),
        "out\nerr"
    );
    // No shell of ours in between: quotes, newlines and specials arrive as they are.
    assert_eq!(
        desktop
            .bash("printf '%s' \"a'b\" 'c\"d' '$HOME' '\n;x'")
            .trim_end(),
        "a'bc\"d$HOME\n;x"
    );

    let long = desktop.bash("for i in $(seq 20000); do echo line $i; done");
    assert!(
        (10_000..11_000).contains(&long.chars().count()),
        "{}",
        long.chars().count()
    );
    assert!(
        long.starts_with("line 1\n") && long.trim_end().ends_with("line 20000"),
        "head and tail are kept"
    );

    let began = Instant::now();
    call(
        &desktop,
        "bash",
        "run",
        json!({"command": "sleep 100", "timeout": 0.3}),
    );
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(
        desktop.bash("echo fine").trim_end(),
        "fine",
        "there is a shell again"
    );
    desktop.bash("LEFT=over");
    call(&desktop, "bash", "restart", json!({}));
    assert_eq!(desktop.bash("echo \"[$LEFT]\"").trim_end(), "[]");
    let wrong = json!({"action": {"tool": "bash", "action": "run", "params": {}}});
    desktop.execute(&wrong).refused(400, "needs command");
    let wrong = json!({"action": {"tool": "bash", "action": "exec", "params": {}}});
    desktop
        .execute(&wrong)
        .refused(400, "unknown bash action \"exec\"");
}

#[test]
fn the_clipboard_goes_both_ways() {
    let server = Server::start();
    let desktop = server
        .api()
        .create(&json!({"tools": ["computer", "clipboard", "windows", "bash"]}));
    for text in ["plain", "ünï 你好 😀\n\tline two", &"x".repeat(300_000)] {
        call(&desktop, "clipboard", "set", json!({"text": text}));
        let got = call(&desktop, "clipboard", "get", json!({}));
        let got = got["output"].as_str().unwrap();
        assert!(
            text.starts_with(&got[..got.len().min(1000)]) && !got.is_empty(),
            "{got}"
        );
    }
    // Into a program: the text editor.
    call(
        &desktop,
        "clipboard",
        "set",
        json!({"text": "pasted — ñ\n"}),
    );
    call(&desktop, "windows", "launch", json!({"app": "editor"}));
    until_within(Duration::from_secs(15), "the editor", || {
        let list = call(&desktop, "windows", "list", json!({}));
        list["output"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("mousepad")
            .then_some(())
    });
    desktop
        .computer("key", json!({"text": "ctrl+v"}))
        .expect(200);
    desktop
        .computer("key", json!({"text": "ctrl+a"}))
        .expect(200);
    call(
        &desktop,
        "clipboard",
        "set",
        json!({"text": "something else"}),
    );
    desktop
        .computer("key", json!({"text": "ctrl+c"}))
        .expect(200);
    until("the copied text", || {
        let got = call(&desktop, "clipboard", "get", json!({}));
        (got["output"] == "pasted — ñ\n").then_some(())
    });
}

#[test]
fn windows_are_listed_launched_and_brought_to_the_front() {
    let server = Server::start();
    let desktop = server
        .api()
        .create(&json!({"tools": ["computer", "windows", "bash"]}));
    let list = || {
        call(&desktop, "windows", "list", json!({}))["output"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let windows = || serde_json::from_str::<Vec<Value>>(&list()).unwrap();
    for app in ["terminal", "files"] {
        let before = windows().len();
        call(&desktop, "windows", "launch", json!({"app": app}));
        until_within(Duration::from_secs(15), app, || {
            (windows().len() > before).then_some(())
        });
    }
    let titles: Vec<Value> = windows()
        .iter()
        .map(|window| window["app"].clone())
        .collect();
    assert_eq!(titles, ["Lxterminal", "Pcmanfm"], "and no task bar");
    for window in windows() {
        call(
            &desktop,
            "windows",
            "focus",
            json!({"window_id": window["id"]}),
        );
        until("the focus", || {
            let focused: Vec<Value> = windows()
                .into_iter()
                .filter(|other| other["focused"] == true)
                .collect();
            (focused.len() == 1 && focused[0]["id"] == window["id"]).then_some(())
        });
    }
    for (params, message) in [
        (json!({"app": "firefox"}), "unknown app \"firefox\""),
        (json!({}), "needs app"),
    ] {
        let body = json!({"action": {"tool": "windows", "action": "launch", "params": params}});
        desktop.execute(&body).refused(400, message);
    }
    let body = json!({"action": {"tool": "windows", "action": "open", "params": {"url": "file:///etc/passwd"}}});
    desktop.execute(&body).refused(400, "http");
}

#[test]
fn chromium_saves_downloads_to_the_drive() {
    const PAGE: &str = r#"<!doctype html><a id="file" download="rechnung ä.txt" href="/file">get</a><script>
addEventListener("load", () => fetch("/ready", {method: "POST", body: "x"}).then(() => document.querySelector("a").click()))</script>"#;
    let site = Site::new(|request| match request.path.as_str() {
        "/" => (200, "text/html; charset=utf-8", PAGE.into()),
        "/file" => (200, "application/octet-stream", b"the content".to_vec()),
        _ => (204, "text/plain", Vec::new()),
    });
    let server = Server::start_with(Options::with(&[
        "--expose-host-port",
        &site.port().to_string(),
    ]));
    let desktop = open_page(&server.api(), &site, &json!({}));
    let file = until_within(Duration::from_secs(15), "the downloaded file", || {
        let list = desktop
            .api()
            .get(&desktop.path("/files?path=Downloads"))
            .expect(200);
        let files = list["files"].as_array().unwrap().clone();
        files
            .into_iter()
            .find(|file| file["name"] == "rechnung ä.txt" && file["size"] == 11)
    });
    assert_eq!(file["size"], 11);
    let path = format!("{}?path=Downloads", desktop.file("rechnung ä.txt"));
    assert_eq!(
        desktop.api().get(&path).expect_raw(200).body,
        b"the content"
    );
}
