//! `nen run list`, `status`, `cancel`, `steps` and `webhooks`.

use serde_json::json;

use crate::{
    nen::Nen,
    samples::{completed, run, run_with},
    stand_in::StandIn,
};

#[test]
fn runs_are_listed_page_by_page_until_there_are_enough() {
    let server = StandIn::start();
    let page = |from: usize, to: usize| -> Vec<_> {
        (from..to)
            .map(|i| run_with(&json!({"message_id": format!("run-{i}")})))
            .collect()
    };
    server.on(
        "GET /runs?limit=100&workflow_id=wf-1&status=running",
        200,
        &json!({"runs": page(0, 100), "next_cursor": "c1"}),
    );
    server.on(
        "GET /runs?limit=50&workflow_id=wf-1&status=running&cursor=c1",
        200,
        &json!({"runs": page(100, 150), "next_cursor": "c2"}),
    );
    let nen = Nen::with(&server);
    let filter = [
        "--workflow",
        "wf-1",
        "--status",
        "running",
        "--limit",
        "150",
    ];
    let list = [&["run", "list"], &filter[..]].concat();
    let ids = nen.good(&[&list[..], &["-q"]].concat()).out;
    assert_eq!(ids.lines().count(), 150);
    assert_eq!(ids.lines().last(), Some("run-149"));
    let json = nen.good(&[&list[..], &["--json"]].concat()).json();
    assert_eq!(json["runs"].as_array().unwrap().len(), 150);
    assert_eq!(json["next_cursor"], "c2");
    let table = nen.good(&list);
    assert!(
        table.out.contains("run-149  running  invoices v3"),
        "{}",
        table.out
    );
    assert!(table.err.contains("more than 150"), "{table:?}");
    assert_eq!(nen.run(&["run", "list", "--status", "done"]).code, 2);
}

#[test]
fn a_run_shows_its_result() {
    let server = StandIn::start();
    server.on("GET /runs/run-1", 200, &completed());
    let nen = Nen::with(&server);
    let text = nen.good(&["run", "status", "run-1"]).out;
    assert!(text.contains("Status:    completed\n"), "{text}");
    assert!(text.contains("\"total\": 3.5\n"), "{text}");
    let json = nen.good(&["run", "status", "run-1", "--json"]).json();
    assert_eq!(json, completed());
}

#[test]
fn a_run_is_cancelled_once() {
    let server = StandIn::start();
    server.on("POST /runs/run-1/cancel", 202, &run());
    let conflict = json!({"error": "conflict", "message": "the run has ended already"});
    server.on("POST /runs/run-1/cancel", 409, &conflict);
    let nen = Nen::with(&server);
    let done = nen.good(&["run", "cancel", "run-1"]).out;
    assert_eq!(done, "Run run-1 is being cancelled.\n");
    let ended = nen.run(&["run", "cancel", "run-1"]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (1, "error: the run has ended already (409)\n")
    );
}

#[test]
fn steps_are_listed() {
    let server = StandIn::start();
    let steps = json!({"steps": [{"number": 1, "call": "computer.press", "args": {"key": "Return"},
        "status": "ok", "started_at": 1_743_447_262.0, "duration_ms": 42.0}]});
    server.on("GET /runs/run-1/steps", 200, &steps);
    let nen = Nen::with(&server);
    let table = nen.good(&["run", "steps", "run-1"]).out;
    assert!(table.contains("computer.press  ok      42 ms"), "{table}");
    assert_eq!(nen.good(&["run", "steps", "run-1", "--json"]).json(), steps);
}

#[test]
fn webhooks_are_listed_and_sent_again() {
    let server = StandIn::start();
    let webhook = json!({"webhook_id": "msg_1", "status": "success", "url": "https://x.example/hook",
        "delivery": "failed", "created_at": 1.0, "attempts": []});
    server.on(
        "GET /runs/run-1/webhooks",
        200,
        &json!({"webhooks": [webhook]}),
    );
    server.on("POST /runs/run-1/webhooks/msg_1/resend", 202, &webhook);
    let nen = Nen::with(&server);
    let table = nen.good(&["run", "webhooks", "run-1"]).out;
    assert!(table.contains("msg_1       success  failed"), "{table}");
    let done = nen
        .good(&["run", "webhooks", "run-1", "--resend", "msg_1"])
        .out;
    assert_eq!(
        done,
        "Webhook msg_1 goes to https://x.example/hook again.\n"
    );
}

#[test]
fn an_answer_that_is_no_run_is_said_to_be_none() {
    let server = StandIn::start();
    server.on("GET /runs/run-1", 200, &json!({"hello": "world"}));
    let ended = Nen::with(&server).run(&["run", "status", "run-1"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.err.contains("does not answer like a nen server"),
        "{ended:?}"
    );
}
