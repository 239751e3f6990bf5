//! `nen run start`.

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    nen::Nen,
    samples::{completed, failed, line, run, workflow, workflow_with},
    stand_in::{Request, StandIn},
};

fn server(workflow: &Value) -> StandIn {
    let server = StandIn::start();
    server.on("GET /workflows/wf-1", 200, workflow);
    let accepted = json!({"message": "Job accepted for processing.", "messageId": "run-1", "workflowId": "wf-1"});
    server.on("POST /runs", 202, &accepted);
    server
}

fn with_secret() -> Value {
    workflow_with(&json!({"secureFields": ["password"]}))
}

/// Computed here from what arrived, as a server does.
fn is_signed(request: &Request, secret: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(&request.body);
    let signature = request.header("x-hmac-signature").unwrap_or_default();
    let digits = signature.strip_prefix("sha256=").unwrap_or_default();
    let bytes: Vec<u8> = (0..digits.len() / 2)
        .map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap())
        .collect();
    mac.verify_slice(&bytes).is_ok() && digits == digits.to_lowercase()
}

#[test]
fn parameters_are_typed_by_the_schema_of_the_workflow() {
    let server = server(&workflow());
    let nen = Nen::with(&server);
    nen.write("params.json", "{\"url\": \"from the file\", \"rows\": 1}");
    let started = nen.good(&[
        "run",
        "start",
        "wf-1",
        "--params-file",
        "params.json",
        "--param",
        "rows=20",
        "--param",
        "ratio=2.5",
        "--param",
        "draft=true",
        "--param",
        "tags=[\"5\", \"b\"]",
        "--param",
        "extra={\"a\": null}",
        "--param",
        "size=M",
        "--idempotency-key",
        "k-1",
    ]);
    assert!(started.out.contains("Run ID:     run-1\n"), "{started:?}");
    let request = server.request("POST /runs");
    assert_eq!(
        request.json(),
        json!({
            "workflow_id": "wf-1",
            "workflow_params": {
                "url": "from the file", "rows": 20, "ratio": 2.5, "draft": true, "tags": ["5", "b"],
                "extra": {"a": null}, "size": "M",
            },
        })
    );
    assert_eq!(request.header("idempotency-key"), Some("k-1"));
    assert_eq!(request.header("x-hmac-signature"), None);
    let json = nen
        .good(&["run", "start", "wf-1", "--param", "url=x", "--json"])
        .json();
    assert_eq!(json["messageId"], "run-1");
    assert_eq!(
        nen.good(&["run", "start", "wf-1", "--param", "url=x", "-q"])
            .out,
        "run-1\n"
    );
}

#[test]
fn a_parameter_that_does_not_fit_starts_nothing() {
    let server = server(&workflow());
    let nen = Nen::with(&server);
    for (param, hint) in [
        ("rows=many", "expected a whole number"),
        ("urll=x", "no parameter \"urll\""),
        ("size=L", "expected S or M"),
        ("rows=5", "--param url=… (string)"),
    ] {
        let ended = nen.run(&["run", "start", "wf-1", "--param", param]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains(hint), "{ended:?}");
    }
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.line != "POST /runs")
    );
}

#[test]
fn secrets_come_from_the_environment_and_go_signed() {
    let server = server(&with_secret());
    let nen = Nen::with(&server)
        .set("PORTAL", "hunter2 Ω")
        .set("NEN_SIGNING_SECRET", "signing-secret");
    let started = nen.good(&[
        "run",
        "start",
        "wf-1",
        "--param",
        "url=x",
        "--secret",
        "password=env:PORTAL",
    ]);
    let request = server.request("POST /runs");
    assert_eq!(
        request.json()["secure_workflow_params"],
        json!({"password": "hunter2 Ω"})
    );
    assert!(is_signed(&request, "signing-secret"), "{request:?}");
    assert!(!is_signed(&request, "another secret"));
    assert!(!format!("{started:?}").contains("hunter2"));
}

#[test]
fn secrets_that_cannot_be_sent_start_nothing() {
    let server = server(&with_secret());
    let start = ["run", "start", "wf-1", "--param", "url=x"];
    for (environment, secret, hint) in [
        (&[][..], Some("password"), "rotate-signing-secret"),
        (
            &[("NEN_SIGNING_SECRET", "s")][..],
            Some("password"),
            "password=env:VARIABLE",
        ),
        (
            &[("NEN_SIGNING_SECRET", "s")][..],
            Some("password=env:UNSET"),
            "UNSET, which is not set",
        ),
        (
            &[("NEN_SIGNING_SECRET", "s")][..],
            Some("pin"),
            "it has password",
        ),
        (&[][..], None, "needs secrets: --secret password"),
        (&[][..], Some("password=hunter2"), "would be seen"),
    ] {
        let mut nen = Nen::with(&server);
        for (name, value) in environment {
            nen = nen.set(name, value);
        }
        let mut arguments = start.to_vec();
        arguments.extend(secret.into_iter().flat_map(|secret| ["--secret", secret]));
        let ended = nen.run(&arguments);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains(hint), "{ended:?}");
    }
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.line != "POST /runs")
    );
}

#[test]
fn what_the_server_says_of_a_signature_is_passed_on() {
    let server = StandIn::start();
    server.on("GET /workflows/wf-1", 200, &workflow());
    let refusal = json!({"error": "invalid_signature", "message": "the signature is wrong"});
    server.on("POST /runs", 401, &refusal);
    let ended = Nen::with(&server).run(&["run", "start", "wf-1", "--param", "url=x"]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (4, "error: the signature is wrong (401)\n")
    );
}

#[test]
fn waiting_ends_with_the_result_alone_on_standard_output() {
    let server = server(&workflow());
    server
        .on("GET /runs/run-1", 200, &run())
        .on("GET /runs/run-1", 200, &completed());
    server.on_lines("GET /runs/run-1/logs?follow=true", &[line(1, "hello")]);
    let start = ["run", "start", "wf-1", "--param", "url=x", "--wait"];
    let ended = Nen::with(&server).good(&start);
    assert_eq!(ended.json(), json!({"total": 3.5}));
    assert!(ended.err.contains("  out  hello\n"), "{ended:?}");
    let ended = Nen::with(&server).good(&[&start[..], &["--json"]].concat());
    assert_eq!(ended.json()["run_status"], "completed");
}

#[test]
fn waiting_for_a_run_that_fails_fails() {
    let server = server(&workflow());
    server.on("GET /runs/run-1", 200, &failed());
    server.on_lines("GET /runs/run-1/logs?follow=true", &[]);
    let ended = Nen::with(&server).run(&["run", "start", "wf-1", "--param", "url=x", "--wait"]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.out, "");
    assert!(
        ended
            .err
            .ends_with("error: run run-1 failed: ValueError: no such row\n"),
        "{ended:?}"
    );
}
