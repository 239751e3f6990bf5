//! `nen workflow list`, `show`, `versions`, `rollback` and `delete`.

use serde_json::json;

use crate::{
    nen::Nen,
    samples::{workflow, workflow_with},
    stand_in::StandIn,
};

#[test]
fn workflows_are_listed_for_people_and_for_scripts() {
    let server = StandIn::start();
    server.on("GET /workflows", 200, &json!({"workflows": [workflow()]}));
    let nen = Nen::with(&server);
    let table = nen.good(&["workflow", "list"]).out;
    assert!(table.starts_with("WORKFLOW ID  NAME"), "{table}");
    assert!(
        table.contains("wf-1         invoices        1  2025-03-31"),
        "{table}"
    );
    assert_eq!(nen.good(&["workflow", "list", "-q"]).out, "wf-1\n");
    let json = nen.good(&["workflow", "list", "--json"]).json();
    assert_eq!(json["workflows"][0]["workflowId"], "wf-1");
}

#[test]
fn an_earlier_version_comes_back_with_its_files() {
    let server = StandIn::start();
    let files = json!([{"filename": "workflow.py", "content": "x = 1"}, {"filename": "a/b.py", "content": ""}]);
    server.on(
        "GET /workflows/wf-1?version=2",
        200,
        &workflow_with(&json!({"version": 2, "files": files})),
    );
    let nen = Nen::with(&server);
    let shown = nen
        .good(&["workflow", "show", "wf-1", "--version", "2"])
        .out;
    assert!(shown.contains("Version:      2\n"), "{shown}");
    assert!(
        shown.contains("Files:\n  NAME         SIZE\n  workflow.py   5 B\n  a/b.py        0 B\n"),
        "{shown}"
    );
    let write = [
        "workflow",
        "show",
        "wf-1",
        "--version",
        "2",
        "--files",
        "back",
    ];
    nen.good(&write);
    assert_eq!(
        std::fs::read_to_string(nen.path("back/workflow.py")).unwrap(),
        "x = 1"
    );
    assert!(nen.path("back/a/b.py").exists());
    assert_eq!(nen.run(&write).code, 2, "nothing is overwritten");
}

#[test]
fn a_rollback_says_which_version_it_became() {
    let server = StandIn::start();
    let version = |version: i64, current: bool| json!({"version": version, "current": current, "created_by": "ci", "createdBy": "ci", "createdAt": 1_743_447_260});
    let versions = json!({"versions": [version(2, true), version(1, false)]});
    server.on("GET /workflows/wf-1/versions", 200, &versions);
    server.on(
        "POST /workflows/wf-1/rollback",
        200,
        &workflow_with(&json!({"version": 3})),
    );
    let nen = Nen::with(&server);
    let listed = nen.good(&["workflow", "versions", "wf-1"]).out;
    assert!(listed.contains("2025-03-31  ci  current"), "{listed}");
    let done = nen.good(&["workflow", "rollback", "wf-1", "1"]).out;
    assert_eq!(
        done,
        "invoices is back at version 1, published as version 3.\n"
    );
    let body = server.request("POST /workflows/wf-1/rollback").json();
    assert_eq!(body, json!({"version": 1}));
}

#[test]
fn nothing_is_deleted_without_a_yes() {
    let server = StandIn::start();
    server.on("DELETE /workflows/wf-1", 204, &json!(null));
    let nen = Nen::with(&server);
    assert_eq!(
        nen.run(&["workflow", "delete", "wf-1"]).code,
        2,
        "nobody to ask"
    );
    assert!(server.requests().is_empty());
    let done = nen.good(&["workflow", "delete", "wf-1", "-f"]).out;
    assert_eq!(done, "Workflow wf-1 deleted.\n");
}

#[test]
fn exit_codes_tell_why() {
    let server = StandIn::start();
    let nen = Nen::with(&server);
    assert_eq!(nen.run(&["workflow", "show", "absent"]).code, 3);
    assert_eq!(nen.run(&["workflow", "list", "--limit"]).code, 2);
    let nen = Nen::with(&server).set("NEN_API_KEY", "sk_nen_bad");
    let ended = nen.run(&["workflow", "list"]);
    assert_eq!(ended.code, 4);
    assert_eq!(ended.err, "error: the API key is wrong (401)\n");
}
