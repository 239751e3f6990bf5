//! `nen workflow init` and `nen workflow deploy`.

use serde_json::{Value, json};

use crate::{nen::Nen, samples::workflow_with, stand_in::StandIn};

fn names(body: &Value) -> Vec<&str> {
    body["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["filename"].as_str().unwrap())
        .collect()
}

#[test]
fn the_first_deployment_creates_a_workflow_and_the_next_publishes_a_version() {
    let server = StandIn::start();
    let secure = json!({"secureFields": ["password"]});
    server.on("POST /workflows", 201, &workflow_with(&secure));
    server.on(
        "PUT /workflows/wf-1",
        200,
        &workflow_with(&json!({"version": 2})),
    );
    let nen = Nen::with(&server);
    nen.good(&["workflow", "init", "portal"]);
    nen.write("portal/logo.png", "\0");

    let first = nen.good(&["workflow", "deploy", "portal"]);
    let body = server.request("POST /workflows").json();
    assert_eq!(body["name"], "portal");
    assert_eq!(names(&body), ["README.md", "workflow.py"]);
    assert!(
        first
            .err
            .contains("Not sent: logo.png (not a text in UTF-8)"),
        "{first:?}"
    );
    for part in [
        "Workflow created.",
        "Workflow ID:  wf-1",
        "Version:      1",
        "url    string           required  Where to log in",
        "rows   integer          50",
        "tags   array of string  []",
        "Secrets:\n  password",
        "nen run start wf-1 --param url=… --secret password",
    ] {
        assert!(first.out.contains(part), "{part:?} in {}", first.out);
    }
    assert!(!first.out.contains('\u{1b}'), "colour only on a terminal");
    let remembered = std::fs::read_to_string(nen.path("portal/.nen/workflow.json")).unwrap();
    let remembered: Value = serde_json::from_str(&remembered).unwrap();
    assert_eq!(
        remembered,
        json!({"url": server.url(), "workflow_id": "wf-1"})
    );

    let second = nen.good(&["workflow", "deploy", "portal"]);
    assert!(second.out.contains("Published version 2."), "{second:?}");
    let body = server.request("PUT /workflows/wf-1").json();
    assert_eq!(body["name"], Value::Null, "the name stays");
    assert_eq!(names(&body), ["README.md", "workflow.py"]);
}

#[test]
fn a_single_file_is_deployed_under_its_own_name() {
    let server = StandIn::start();
    server.on("POST /workflows", 201, &workflow_with(&json!({})));
    let nen = Nen::with(&server);
    nen.write("portal_login.py", "def run(): ...");
    let reply = nen.good(&["workflow", "deploy", "portal_login.py", "--json"]);
    assert_eq!(reply.json()["workflowId"], "wf-1");
    let body = server.request("POST /workflows").json();
    assert_eq!(
        body,
        json!({
            "name": "portal_login",
            "files": [{"filename": "workflow.py", "content": "def run(): ..."}],
        })
    );
}

#[test]
fn what_the_server_refuses_is_said_and_nothing_is_remembered() {
    let server = StandIn::start();
    let reason = "workflow.py, line 3: SyntaxError: invalid syntax";
    let refusal = json!({"error": "invalid_workflow", "message": reason});
    server.on("POST /workflows", 400, &refusal);
    let nen = Nen::with(&server);
    nen.write("workflow.py", "def");
    let ended = nen.run(&["workflow", "deploy"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains(reason), "{ended:?}");
    assert!(!nen.path(".nen").exists());
}

#[test]
fn a_workflow_that_is_gone_is_created_anew_only_when_asked_for() {
    let server = StandIn::start();
    server.on(
        "POST /workflows",
        201,
        &workflow_with(&json!({"workflowId": "wf-2"})),
    );
    let nen = Nen::with(&server);
    nen.write("workflow.py", "");
    let memory = json!({"url": server.url(), "workflow_id": "wf-gone"});
    nen.write(".nen/workflow.json", &memory.to_string());
    let ended = nen.run(&["workflow", "deploy"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(
        ended.err.contains("wf-gone") && ended.err.contains("--new"),
        "{ended:?}"
    );
    nen.good(&["workflow", "deploy", "--new"]);
    let memory = std::fs::read_to_string(nen.path(".nen/workflow.json")).unwrap();
    assert!(
        memory.contains("wf-2") && !memory.contains("wf-gone"),
        "{memory}"
    );
}

#[test]
fn another_id_can_be_named() {
    let server = StandIn::start();
    server.on(
        "PUT /workflows/wf-9",
        200,
        &workflow_with(&json!({"workflowId": "wf-9"})),
    );
    let nen = Nen::with(&server);
    nen.write("workflow.py", "");
    nen.good(&["workflow", "deploy", "--id", "wf-9", "--name", "other"]);
    assert_eq!(
        server.request("PUT /workflows/wf-9").json()["name"],
        "other"
    );
}

#[test]
fn init_overwrites_nothing() {
    let server = StandIn::start();
    let nen = Nen::with(&server);
    let mine = nen.write("workflow.py", "mine");
    let ended = nen.run(&["workflow", "init"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
    assert!(!nen.path("README.md").exists());
}
