//! `/workflows`: upload, list, look at, publish, delete.

use crate::auth::{WorkflowReader, WorkflowWriter};
use crate::doer::By;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf, workflow_body};
use crate::idempotency::{self, Created};
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use nen_protocol::workflow::{Publish, Upload, Workflow, WorkflowErrorBody, WorkflowList};
use serde::Deserialize;
use utoipa::IntoParams;

/// Most bytes of an upload's body: twice what the files may have together, for what JSON adds.
const LIMIT: usize = 8 << 20;

/// Which version to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionQuery {
    /// A version's number; the current one when left out.
    #[param(minimum = 1)]
    version: Option<i64>,
}

/// Upload a workflow
///
/// The files of a workflow; `workflow.py` with its `run` must be among them. They are imported in a sandbox like a run's
/// own, and what is no workflow is refused with the reason. The answer has the JSON Schemas of `Params` and `Result`.
/// A caller that goes away before the answer leaves nothing behind, unless it sent an `Idempotency-Key`.
#[utoipa::path(
    post, path = "/workflows", tag = "Workflows", operation_id = "uploadWorkflow",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "[!-~]",
        description = "The same key with the same body gets the first answer again for 24 h.")),
    request_body(content = Upload, example = json!({"name": "invoices", "files": [{"filename": "workflow.py",
        "content": "from pydantic import BaseModel\n\nclass Params(BaseModel):\n    month: str\n\nclass Result(BaseModel):\n    total: float\n\ndef run(params: Params) -> Result:\n    return Result(total=0)\n"}]})),
    responses(
        (status = 201, description = "It can be run.", body = Workflow, example = json!({
            "workflowId": "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c", "name": "invoices", "version": 1,
            "paramsSchema": {"title": "Params", "type": "object", "required": ["month"],
                "properties": {"month": {"title": "Month", "type": "string"}}},
            "resultSchema": {"title": "Result", "type": "object", "required": ["total"],
                "properties": {"total": {"title": "Total", "type": "number"}}},
            "secureFields": [], "network": "none", "createdAt": 1_743_447_260, "updatedAt": 1_743_447_260})),
        (status = 409, description = "The first request with this Idempotency-Key is still running.", body = WorkflowErrorBody),
        (status = 413, description = "The body is over 8 MiB.", body = WorkflowErrorBody),
        (status = 422, description = "The Idempotency-Key was used with another body.", body = WorkflowErrorBody),
        (status = 503, description = "Nothing here can execute workflows now; see Retry-After.", body = WorkflowErrorBody),
    ),
    security(("bearer" = ["workflows:write"])),
)]
pub(crate) async fn upload(
    State(state): State<AppState>,
    WorkflowWriter(caller): WorkflowWriter,
    By(doer): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let bytes = workflow_body(&headers, body, LIMIT).await?;
    let upload = Upload::parse(or_empty(&bytes))?;
    let make = {
        let (runs, caller) = (state.runs().by(doer.clone()), caller.clone());
        move |ticket| async move {
            let answer = idempotency::answer(ticket, StatusCode::CREATED);
            let (workspace, actor) = (caller.workspace(), caller.actor());
            let made = runs
                .upload_answering(workspace, actor, upload, answer)
                .await?;
            let body = serde_json::to_string(&made).map_err(|error| ApiError::internal(&error))?;
            Ok(Created {
                status: StatusCode::CREATED,
                id: made.workflow_id,
                body,
            })
        }
    };
    let (runs, workspace) = (state.runs().by(doer), caller.workspace().to_owned());
    let undo = move |id: String| async move {
        if let Err(error) = runs.delete_workflow(&workspace, &id).await {
            tracing::warn!(%error, workflow_id = id, "Unclaimed workflow could not be deleted");
        }
    };
    let route = "POST /workflows";
    idempotency::create(&state, &caller, &headers, route, &bytes, make, undo).await
}

/// List workflows
///
/// All workflows of the workspace by name, without their files.
#[utoipa::path(
    get, path = "/workflows", tag = "Workflows", operation_id = "listWorkflows",
    responses((status = 200, description = "The workflows.", body = WorkflowList)),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
) -> Result<Json<WorkflowList>, ApiError> {
    let workflows = state.runs().workflows(caller.workspace()).await?;
    Ok(Json(WorkflowList { workflows }))
}

/// Look at a workflow
///
/// With its files, as its current or another version has them.
#[utoipa::path(
    get, path = "/workflows/{id}", tag = "Workflows", operation_id = "getWorkflow",
    params(("id" = String, Path, description = "Id of the workflow.", example = "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c"),
        VersionQuery),
    responses((status = 200, description = "The workflow.", body = Workflow)),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<VersionQuery>,
) -> Result<Json<Workflow>, ApiError> {
    let found = state
        .runs()
        .workflow(caller.workspace(), &id, query.version)
        .await?;
    Ok(Json(found))
}

/// Publish a version
///
/// All files of the new version: those not listed are gone. Runs that were accepted before go on with the version that
/// was current then.
#[utoipa::path(
    put, path = "/workflows/{id}", tag = "Workflows", operation_id = "publishWorkflow",
    params(("id" = String, Path, description = "Id of the workflow.", example = "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c")),
    request_body(content = Publish, example = json!({"files": [{"filename": "workflow.py", "content": "…"}]})),
    responses(
        (status = 200, description = "The workflow with its new version.", body = Workflow),
        (status = 413, description = "The body is over 8 MiB.", body = WorkflowErrorBody),
        (status = 503, description = "Nothing here can execute workflows now; see Retry-After.", body = WorkflowErrorBody),
    ),
    security(("bearer" = ["workflows:write"])),
)]
pub(crate) async fn publish(
    State(state): State<AppState>,
    WorkflowWriter(caller): WorkflowWriter,
    By(doer): By,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Workflow>, ApiError> {
    let bytes = workflow_body(&headers, body, LIMIT).await?;
    let publish = Publish::parse(or_empty(&bytes))?;
    let made = state
        .runs()
        .by(doer)
        .publish(caller.workspace(), &id, caller.actor(), publish)
        .await?;
    Ok(Json(made))
}

/// Delete a workflow
///
/// It is not listed and starts no runs any more; its runs stay.
#[utoipa::path(
    delete, path = "/workflows/{id}", tag = "Workflows", operation_id = "deleteWorkflow",
    params(("id" = String, Path, description = "Id of the workflow.", example = "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c")),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = ["workflows:write"])),
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    WorkflowWriter(caller): WorkflowWriter,
    By(doer): By,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, ApiError> {
    state
        .runs()
        .by(doer)
        .delete_workflow(caller.workspace(), &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// No body counts as an empty object, so that the missing field is named.
fn or_empty(bytes: &[u8]) -> &[u8] {
    if bytes.is_empty() { b"{}" } else { bytes }
}
