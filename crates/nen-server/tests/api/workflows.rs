//! Workflows that are there: listed, looked at, rolled back, deleted.

use crate::app::{App, version};
use axum::http::Method;
use nen_store::Scope;
use serde_json::json;

#[tokio::test]
async fn a_workflow_is_written_in_camel_case() {
    let app = App::start().await;
    let id = app.workflow(true).await;
    let mut found = app.get(&format!("/workflows/{id}")).await.good();
    for time in ["createdAt", "updatedAt"] {
        assert!(found[time].take().is_i64(), "{time}");
    }
    assert_eq!(
        found,
        json!({
            "workflowId": id, "name": "invoices", "version": 1, "secureFields": ["password"], "network": "none",
            "paramsSchema": {"type": "object", "properties": {"month": {"type": "string"}}, "required": ["month"]},
            "resultSchema": {"type": "object", "properties": {"total": {"type": "number"}}},
            "files": [{"filename": "workflow.py", "content": "# the files"}],
            "createdAt": null, "updatedAt": null,
        })
    );
}

#[tokio::test]
async fn a_list_is_by_name_and_without_files() {
    let app = App::start().await;
    let first = app.workflow(false).await;
    let workflows = app.store.workflows();
    workflows
        .insert("ws_default", "second", "a name before", &version(false))
        .await
        .unwrap();
    let list = app.get("/workflows").await.good();
    let ids: Vec<_> = list["workflows"].as_array().unwrap().iter().collect();
    assert_eq!(ids[0]["workflowId"], "second");
    assert_eq!(ids[1]["workflowId"], json!(first));
    assert!(ids.iter().all(|workflow| workflow.get("files").is_none()));
}

#[tokio::test]
async fn rolling_back_makes_a_new_version_of_old_files() {
    let app = App::start().await;
    let id = app.workflow(false).await;
    let mut second = version(false);
    second.files = json!([{"filename": "workflow.py", "content": "# new"}]);
    let workflows = app.store.workflows();
    workflows
        .publish("ws_default", &id, None, &second)
        .await
        .unwrap();
    let path = format!("/workflows/{id}");
    let back = app
        .post(&format!("{path}/rollback"), json!({"version": 1}))
        .await;
    assert_eq!(
        (back.status.as_u16(), &back.json()["version"]),
        (200, &json!(3))
    );
    let now = app.get(&path).await.good();
    assert_eq!(now["files"][0]["content"], "# the files");
    let before = app.get(&format!("{path}?version=2")).await.good();
    assert_eq!(before["files"][0]["content"], "# new");

    let history = app.get(&format!("{path}/versions")).await.good();
    let history = history["versions"].as_array().unwrap();
    let numbers: Vec<_> = history
        .iter()
        .map(|v| v["version"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(history[0]["rolledBackTo"], 1);
    assert_eq!(history[1]["createdBy"], "deploy");
    let current: Vec<_> = history
        .iter()
        .map(|v| v["current"] == json!(true))
        .collect();
    assert_eq!(current, [true, false, false]);
}

#[tokio::test]
async fn a_deleted_workflow_starts_nothing_and_its_runs_stay() {
    let app = App::start().await;
    let id = app.workflow(false).await;
    let run = app.run(&id).await;
    let path = format!("/workflows/{id}");
    let gone = app.delete(&path).await;
    assert_eq!((gone.status.as_u16(), gone.bytes.len()), (204, 0));
    app.get(&path).await.failure(404);
    app.delete(&path).await.failure(404);
    app.post("/runs", json!({"workflow_id": id}))
        .await
        .failure(404);
    let run = app.get(&format!("/runs/{run}")).await.good();
    assert_eq!(run["workflow_name"], "invoices");
}

#[tokio::test]
async fn a_key_that_may_write_may_read_and_one_that_may_read_may_not_write() {
    let app = App::start().await;
    let id = app.workflow(false).await;
    let (reader, writer) = (
        app.key(&[Scope::WorkflowsRead]).await,
        app.key(&[Scope::WorkflowsWrite]).await,
    );
    for key in [&reader, &writer] {
        let list = app.call_as(key, Method::GET, "/workflows", &[], "").await;
        assert_eq!(list.status, 200);
    }
    let path = format!("/workflows/{id}");
    let refused = app.call_as(&reader, Method::DELETE, &path, &[], "").await;
    refused.failure(403);
    let done = app.call_as(&writer, Method::DELETE, &path, &[], "").await;
    assert_eq!(done.status, 204);
}
