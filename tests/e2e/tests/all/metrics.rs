//! Metrics and health of real servers, workers and desktops.

use std::net::TcpListener;

use nen_e2e::{Options, Server, Worker, Workflow, until};
use serde_json::json;

/// The value of one metric in a text.
fn value(text: &str, name: &str) -> f64 {
    let line = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    let found = text.lines().find_map(line);
    found.unwrap_or_else(|| panic!("no {name} in\n{text}"))
}

fn metrics(server: &Server) -> String {
    let answer = ureq::get(format!("{}/metrics", server.url()))
        .header("authorization", format!("Bearer {}", server.key()))
        .call()
        .unwrap();
    answer.into_body().read_to_string().unwrap()
}

#[test]
fn a_real_desktop_is_counted_with_what_it_does_and_takes() {
    let server = Server::start();
    let ready = server.api().get("/health/ready").expect(200);
    assert_eq!(ready["status"], "ready", "{ready}");
    let desktop = server.desktop();
    for _ in 0..2 {
        desktop
            .computer("left_click", json!({"coordinate": [300, 300]}))
            .expect(200);
    }
    desktop.act("type", json!({"text": "abc"})).expect(200);
    desktop
        .act("key", json!({"text": "no-such-key"}))
        .refused(400, "key");
    let text = metrics(&server);
    let is = |name: &str, wanted: f64| {
        assert!((value(&text, name) - wanted).abs() < 1e-9, "{name}\n{text}");
    };
    is(
        r#"nen_desktop_creation_seconds_count{provisioning="cold"}"#,
        1.0,
    );
    is(r#"nen_desktops{status="running"}"#, 1.0);
    is(
        r#"nen_actions_total{tool="computer",action="left_click",status="ok"}"#,
        2.0,
    );
    is(
        r#"nen_actions_total{tool="computer",action="key",status="error"}"#,
        1.0,
    );
    is(
        r#"nen_action_seconds_count{tool="computer",action="type"}"#,
        1.0,
    );
    is(r#"nen_action_errors_total{kind="refused"}"#, 1.0);
    is("nen_settle_seconds_count", 2.0);
    is("nen_warm_pool_wanted", 0.0);
    let settled = value(&text, "nen_settle_seconds_sum");
    assert!(settled >= 0.16, "two times at least 80 ms, {settled}");
    let (memory, cpu) = (
        value(
            &text,
            &format!(r#"nen_desktop_memory_bytes{{desktop="{}"}}"#, desktop.id()),
        ),
        value(
            &text,
            &format!(
                r#"nen_desktop_cpu_seconds_total{{desktop="{}"}}"#,
                desktop.id()
            ),
        ),
    );
    assert!((20e6..2e9).contains(&memory), "{memory}");
    assert!((0.01..600.0).contains(&cpu), "{cpu}");
    assert!(value(&text, "process_resident_memory_bytes") > 5e6);
    assert!(value(&text, "process_open_fds") > 5.0);
}

#[test]
fn a_worker_shows_what_it_did_itself() {
    let server = Server::start_with(Options::with(&["--run-slots", "0"]));
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let worker = Worker::start(&server, &["--metrics-listen".to_owned(), free.to_string()]);
    let workflow = Workflow::of(
        &server.api(),
        "def run(params: Params) -> Result:\n    return Result(value=1)\n",
    );
    let done = workflow.run(json!({"workflow_params": {}}));
    assert_eq!(done["run_status"], "completed", "{done}");
    let counted = r#"nen_run_duration_seconds_count{status="completed"}"#;
    let shown = until("the worker has counted its run", || {
        let answer = ureq::get(format!("http://{free}/metrics")).call().unwrap();
        let text = answer.into_body().read_to_string().unwrap();
        (value(&text, counted) > 0.0).then_some(text)
    });
    assert!((value(&shown, counted) - 1.0).abs() < 1e-9);
    assert!(shown.ends_with("# EOF\n"));
    // The server did not execute it, and knows of it all the same.
    let of_server = metrics(&server);
    assert!(value(&of_server, counted).abs() < 1e-9);
    assert!((value(&of_server, r#"nen_runs{status="completed"}"#) - 1.0).abs() < 1e-9);
    drop(worker);
}
