//! The same on the workflow surface as in `bad_input`: a 4xx with a code and a reason.

use crate::app::App;
use axum::body::Body;
use axum::http::{Method, Request};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];

/// Method, path (`WORKFLOW` and `RUN` are ids), headers, body; the status, the code, and what the message must name.
type Case = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    u16,
    &'static str,
    &'static str,
);

const INVALID: &str = "Invalid request";

const CASES: &[Case] = &[
    // Bodies.
    ("POST", "/runs", JSON, "{", 400, INVALID, "not valid JSON"),
    ("POST", "/runs", JSON, "[]", 400, INVALID, "JSON object"),
    (
        "POST",
        "/runs",
        &[],
        "",
        400,
        INVALID,
        "Missing required field: workflow_id",
    ),
    (
        "POST",
        "/runs",
        JSON,
        "{}",
        400,
        INVALID,
        "Missing required field: workflow_id",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":7}"#,
        400,
        INVALID,
        "workflow_id",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"WORKFLOW","nmae":1}"#,
        400,
        INVALID,
        "`nmae`",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"WORKFLOW","workflow_params":[]}"#,
        400,
        INVALID,
        "workflow_params",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"WORKFLOW","timeout_seconds":0}"#,
        400,
        INVALID,
        "timeout_seconds",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"WORKFLOW","desktop_id":"a","desktop":{}}"#,
        400,
        INVALID,
        "desktop_id",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"WORKFLOW","desktop":{"display":{"width":1,"height":1}}}"#,
        400,
        INVALID,
        "display.width",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"WORKFLOW","workflow_params":{"month":"x"},"desktop_id":"dsk_none"}"#,
        400,
        INVALID,
        "desktop_id",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"WORKFLOW","workflow_params":{"month":7}}"#,
        400,
        "invalid_params",
        "workflow_params.month",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"WORKFLOW"}"#,
        400,
        "invalid_params",
        "month",
    ),
    (
        "POST",
        "/runs",
        JSON,
        r#"{"workflow_id":"none"}"#,
        404,
        "not_found",
        "none",
    ),
    (
        "POST",
        "/runs",
        FORM,
        "workflow_id=x",
        415,
        "unsupported_media_type",
        "application/json",
    ),
    ("POST", "/workflows", &[], "", 400, INVALID, "name"),
    (
        "POST",
        "/workflows",
        JSON,
        r#"{"name":"n","files":[]}"#,
        400,
        INVALID,
        "workflow.py",
    ),
    (
        "POST",
        "/workflows",
        JSON,
        r#"{"name":"","files":[]}"#,
        400,
        INVALID,
        "name",
    ),
    (
        "POST",
        "/workflows",
        JSON,
        r#"{"name":"n","files":[{"filename":"../x","content":""}]}"#,
        400,
        INVALID,
        "files[0].filename",
    ),
    (
        "POST",
        "/workflows",
        FORM,
        "name=x",
        415,
        "unsupported_media_type",
        "application/json",
    ),
    (
        "PUT",
        "/workflows/WORKFLOW",
        JSON,
        "{}",
        400,
        INVALID,
        "files",
    ),
    (
        "PUT",
        "/workflows/none",
        JSON,
        r#"{"files":[{"filename":"workflow.py","content":""}]}"#,
        404,
        "not_found",
        "none",
    ),
    (
        "POST",
        "/workflows/WORKFLOW/rollback",
        JSON,
        "{}",
        400,
        INVALID,
        "version",
    ),
    (
        "POST",
        "/workflows/WORKFLOW/rollback",
        JSON,
        r#"{"version":9}"#,
        404,
        "not_found",
        "9",
    ),
    // Queries.
    (
        "GET",
        "/workflows/WORKFLOW?version=x",
        &[],
        "",
        400,
        INVALID,
        "version",
    ),
    (
        "GET",
        "/workflows/WORKFLOW?version=2",
        &[],
        "",
        404,
        "not_found",
        "",
    ),
    ("GET", "/runs?limit=0", &[], "", 400, INVALID, "1 to 200"),
    ("GET", "/runs?limit=201", &[], "", 400, INVALID, "1 to 200"),
    (
        "GET",
        "/runs?status=done",
        &[],
        "",
        400,
        INVALID,
        "completed",
    ),
    (
        "GET",
        "/runs?cursor=x",
        &[],
        "",
        400,
        INVALID,
        "next_cursor",
    ),
    ("GET", "/runs?page=2", &[], "", 400, INVALID, "page"),
    (
        "GET",
        "/runs/RUN/logs?after=-1",
        &[],
        "",
        400,
        INVALID,
        "after",
    ),
    (
        "GET",
        "/runs/RUN/logs?follow=perhaps",
        &[],
        "",
        400,
        INVALID,
        "follow",
    ),
    (
        "GET",
        "/runs/RUN/steps?limit=0",
        &[],
        "",
        400,
        INVALID,
        "1 to 1000",
    ),
    // Paths and methods.
    ("GET", "/runs/none", &[], "", 404, "not_found", "none"),
    ("GET", "/runs/%ff", &[], "", 400, INVALID, "UTF-8"),
    ("GET", "/runs/a%00b", &[], "", 404, "not_found", ""),
    (
        "GET",
        "/runs/RUN/nothing",
        &[],
        "",
        404,
        "not_found",
        "no such path",
    ),
    (
        "GET",
        "/runs/RUN/screenshots/..%2f..%2fnen.db",
        &[],
        "",
        404,
        "not_found",
        "",
    ),
    (
        "GET",
        "/runs/RUN/screenshots/1.png",
        &[],
        "",
        404,
        "not_found",
        "1.png",
    ),
    (
        "POST",
        "/runs/RUN/webhooks/msg_none/resend",
        &[],
        "",
        404,
        "not_found",
        "msg_none",
    ),
    ("PUT", "/runs", &[], "", 405, "method_not_allowed", "GET"),
    (
        "DELETE",
        "/settings",
        &[],
        "",
        405,
        "method_not_allowed",
        "GET",
    ),
    (
        "PATCH",
        "/workflows/WORKFLOW",
        &[],
        "",
        405,
        "method_not_allowed",
        "PUT",
    ),
    // Headers.
    (
        "POST",
        "/runs",
        &[("idempotency-key", "")],
        r#"{"workflow_id":"WORKFLOW"}"#,
        400,
        INVALID,
        "Idempotency-Key",
    ),
    (
        "POST",
        "/runs",
        &[("x-hmac-signature", "")],
        "{}",
        401,
        "invalid_signature",
        "sha256=",
    ),
    (
        "POST",
        "/runs",
        &[("origin", "https://evil.example")],
        "{}",
        403,
        "forbidden",
        "evil.example",
    ),
    (
        "GET",
        "/runs",
        &[("host", "evil.example")],
        "",
        421,
        INVALID,
        "evil.example",
    ),
];

#[tokio::test]
async fn bad_input_to_workflows_is_refused_with_a_code_and_a_reason() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    let run = app.run(&workflow).await;
    for (method, path, headers, body, status, code, named) in CASES {
        let known = |text: &str| text.replace("WORKFLOW", &workflow).replace("RUN", &run);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = Request::builder()
            .method(&method)
            .uri(known(path))
            .header("x-api-key", &app.admin);
        for (name, value) in *headers {
            request = request.header(*name, *value);
        }
        let reply = app
            .send(request.body(Body::from(known(body))).unwrap())
            .await;
        let case = format!("{method} {path} {body}");
        assert_eq!(reply.status, *status, "{case}: {}", reply.text());
        let (got, message) = reply.failure(*status);
        assert_eq!(got, *code, "{case}: {message}");
        assert!(message.contains(named), "{case}: {message}");
        if *status == 405 {
            assert!(reply.header("allow").contains(named), "{case}");
        }
    }
    let runs = app.get("/runs").await.good();
    assert_eq!(
        runs["runs"].as_array().unwrap().len(),
        1,
        "no bad request started a run"
    );
}

#[tokio::test]
async fn bodies_over_the_limits_of_workflows_are_413() {
    let app = App::start().await;
    for (path, limit, text) in [
        ("/runs", 1 << 20, "1 MiB"),
        ("/workflows", 8 << 20, "8 MiB"),
    ] {
        let at_limit = " ".repeat(limit - 2) + "{}";
        let (code, _) = app
            .call(Method::POST, path, JSON, at_limit.clone())
            .await
            .failure(400);
        assert_eq!(code, INVALID, "{path}: read as a whole");
        let reply = app.call(Method::POST, path, JSON, at_limit + " ").await;
        let (code, message) = reply.failure(413);
        assert_eq!(code, "too_large");
        assert!(message.contains(text), "{message}");
    }
}
