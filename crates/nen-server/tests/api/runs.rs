//! Runs: accepted, listed, looked at, cancelled.

use crate::app::{App, WORKER};
use axum::http::Method;
use nen_protocol::workflow::RunStatus;
use nen_store::{RunEnd, StepRow};
use serde_json::{Value, json};

#[tokio::test]
async fn a_run_is_accepted_as_documented() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    let body = json!({"workflow_id": workflow, "workflow_params": {"month": "2026-10"}});
    let reply = app.post("/runs", body).await;
    assert_eq!(reply.status, 202);
    let mut answer = reply.json();
    let id = answer["messageId"].take();
    assert_eq!(
        answer,
        json!({"message": "Job accepted for processing.", "messageId": null, "workflowId": workflow})
    );
    let run = app
        .get(&format!("/runs/{}", id.as_str().unwrap()))
        .await
        .good();
    assert_eq!(run["message_id"], id);
    assert_eq!(
        (&run["status"], &run["run_status"]),
        (&json!("processing"), &json!("queued"))
    );
    assert_eq!(run["workflow_params"], json!({"month": "2026-10"}));
    assert!(run.get("success").is_none() && run.get("live_view_url").is_none());
}

#[tokio::test]
async fn a_run_started_twice_with_one_key_is_one_run() {
    const KEY: (&str, &str) = ("idempotency-key", "order-17");
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    let body = |month: &str| {
        json!({"workflow_id": workflow, "workflow_params": {"month": month}}).to_string()
    };
    let start = |body: String| app.call(Method::POST, "/runs", &[KEY], body);
    let first = start(body("10")).await;
    let again = start(body("10")).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (202, 202));
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let (code, _) = start(body("11")).await.failure(422);
    assert_eq!(code, "idempotency_mismatch");
    let runs = app.get("/runs").await.good();
    assert_eq!(runs["runs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_run_is_not_taken_back_when_its_caller_left() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    let body = json!({"workflow_id": workflow, "workflow_params": {"month": "10"}});
    let mut changes = app.runs.changes();
    // Polled until the run is stored, and dropped without its answer being looked at.
    tokio::select! {
        biased;
        _ = changes.changed() => {}
        reply = app.post("/runs", body) => drop(reply),
    }
    let runs = app.get("/runs").await.good();
    assert_eq!(runs["runs"][0]["run_status"], "queued");
}

#[tokio::test]
async fn lists_are_newest_first_filtered_and_paged() {
    let app = App::start().await;
    let (one, other) = (app.workflow(false).await, app.workflow(false).await);
    let mut ids = Vec::new();
    for workflow in [&one, &one, &one, &other] {
        ids.push(app.run(workflow).await);
    }
    app.post(&format!("/runs/{}/cancel", ids[1]), json!({}))
        .await
        .good();
    let list = async |query: &str| {
        let list = app.get(&format!("/runs?{query}")).await.good();
        let runs = list["runs"].as_array().unwrap().iter();
        let ids: Vec<String> = runs
            .map(|run| run["message_id"].as_str().unwrap().to_owned())
            .collect();
        (ids, list["next_cursor"].as_str().map(str::to_owned))
    };
    let newest: Vec<_> = ids.iter().rev().cloned().collect();
    assert_eq!(list("").await, (newest.clone(), None));
    let (first, cursor) = list("limit=3").await;
    assert_eq!(first, newest[..3]);
    let rest = list(&format!("limit=3&cursor={}", cursor.unwrap())).await;
    assert_eq!(rest, (newest[3..].to_vec(), None));
    assert_eq!(
        list("limit=4").await.1,
        None,
        "there are no more than these"
    );
    assert_eq!(list(&format!("workflow_id={other}")).await.0, newest[..1]);
    assert_eq!(list("status=cancelled").await.0, ids[1..2]);
    let both = format!("workflow_id={one}&status=queued&limit=1");
    assert_eq!(list(&both).await.0, ids[2..3]);
}

#[tokio::test]
async fn a_run_that_waits_is_cancelled_at_once_and_only_once() {
    let app = App::start().await;
    let id = app.run(&app.workflow(false).await).await;
    let path = format!("/runs/{id}/cancel");
    let cancelled = app.post(&path, json!({})).await;
    assert_eq!(cancelled.status, 202);
    let run = cancelled.json();
    assert_eq!(
        (&run["status"], &run["run_status"], &run["success"]),
        (&json!("failed"), &json!("cancelled"), &json!(false))
    );
    let (code, message) = app.post(&path, json!({})).await.failure(409);
    assert_eq!(code, "conflict");
    assert!(message.contains("cancelled"), "{message}");
}

#[tokio::test]
async fn a_run_that_goes_on_is_asked_to_end() {
    let app = App::start().await;
    let id = app.run(&app.workflow(false).await).await;
    app.begin_run().await;
    let asked = app.post(&format!("/runs/{id}/cancel"), json!({})).await;
    assert_eq!(asked.status, 202);
    let run = asked.json();
    assert_eq!(
        (&run["run_status"], &run["cancel_requested"]),
        (&json!("running"), &json!(true))
    );
}

#[tokio::test]
async fn a_run_that_ended_says_how() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    for (end, status) in [
        (
            RunEnd {
                status: RunStatus::Completed,
                result: Some(json!({"total": 3})),
                error: None,
                error_type: None,
                assets_bytes: None,
            },
            json!({"status": "success", "run_status": "completed", "success": true, "result": {"total": 3}, "assets": null}),
        ),
        (
            RunEnd::error(RunStatus::Timeout, "Timeout", "it took longer than 1800 s"),
            json!({"status": "failed", "run_status": "timeout", "success": false, "error_type": "Timeout",
                "error": "it took longer than 1800 s", "assets": null}),
        ),
    ] {
        let id = app.run(&workflow).await;
        app.begin_run().await;
        app.end_run(&id, &end).await;
        let run = app.get(&format!("/runs/{id}")).await.good();
        for (field, value) in status.as_object().unwrap() {
            assert_eq!(run.get(field), Some(value), "{field}");
        }
    }
}

async fn running_on(app: &App, desktop: &str) -> String {
    let id = app.run(&app.workflow(false).await).await;
    app.begin_run().await;
    let touched = app.store.runs().touch(&id, WORKER, desktop).await.unwrap();
    assert!(touched);
    id
}

fn live_view(run: &Value) -> &str {
    run["live_view_url"].as_str().unwrap()
}

#[tokio::test]
async fn a_run_that_goes_on_can_be_watched() {
    let app = App::start().await;
    let desktop = app.desktop().await;
    let id = running_on(&app, &desktop).await;
    let path = format!("/runs/{id}");
    let run = app.get(&path).await.good();
    let (page, token) = live_view(&run).split_once("#token=").unwrap();
    assert_eq!(page, format!("http://localhost:8700/view/{desktop}"));
    let state = format!("/desktops/{desktop}/view/state?token={token}");
    let seen = app.get(&state).await.good();
    assert_eq!(seen["role"], "view", "{seen}");
    let session = app
        .get(&format!("/desktops/{desktop}/session"))
        .await
        .good();
    assert_eq!(session["interactive"], false);

    app.end_run(&id, &RunEnd::error(RunStatus::Failed, "E", "e"))
        .await;
    let run = app.get(&path).await.good();
    assert!(run.get("live_view_url").is_none(), "not after its end");
}

#[tokio::test]
async fn watching_a_run_leaves_the_session_of_a_person_alone() {
    let app = App::start().await;
    let desktop = app.desktop().await;
    let session = format!("/desktops/{desktop}/session");
    app.put(&session, json!({"interactive": true, "takeover": true}))
        .await
        .good();
    let id = running_on(&app, &desktop).await;
    let run = app.get(&format!("/runs/{id}")).await.good();
    let token = live_view(&run).split_once("#token=").unwrap().1;
    let state = format!("/desktops/{desktop}/view/state?token={token}");
    assert_eq!(app.get(&state).await.good()["role"], "view");
    let still = app.get(&session).await.good();
    assert_eq!(
        (&still["interactive"], &still["takeover"]),
        (&json!(true), &json!(true))
    );
    app.act(&desktop, "left_click").await.error(409);
}

#[tokio::test]
async fn a_run_whose_desktop_is_gone_is_shown_without_a_view() {
    let app = App::start().await;
    let desktop = app.desktop().await;
    let id = running_on(&app, &desktop).await;
    app.delete(&format!("/desktops/{desktop}")).await.good();
    let run = app.get(&format!("/runs/{id}")).await.good();
    assert_eq!(run["desktop_id"], json!(desktop));
    assert!(run.get("live_view_url").is_none());
}

#[tokio::test]
async fn steps_are_paged_oldest_first() {
    let app = App::start().await;
    let id = app.run(&app.workflow(false).await).await;
    for number in 1..=3 {
        let step = json!({"number": number, "call": "computer.press", "args": {"key": "Return"}, "status": "ok",
            "started_at": 1_743_447_261.5, "duration_ms": 12.5});
        let row = StepRow { number, step };
        app.store.run_records().put_step(&id, &row).await.unwrap();
    }
    let numbers = async |query: &str| {
        let list = app.get(&format!("/runs/{id}/steps?{query}")).await.good();
        let steps = list["steps"].as_array().unwrap().iter();
        steps
            .map(|step| step["number"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers("").await, [1, 2, 3]);
    assert_eq!(numbers("limit=2").await, [1, 2]);
    assert_eq!(numbers("after=2").await, [3]);
    assert_eq!(app.get(&format!("/runs/{id}")).await.good()["steps"], 3);
}
