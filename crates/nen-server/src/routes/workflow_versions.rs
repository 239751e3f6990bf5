//! `/workflows/{id}/versions` and `/workflows/{id}/rollback`: a workflow's history.

use crate::auth::{WorkflowReader, WorkflowWriter};
use crate::doer::By;
use crate::error::ApiError;
use crate::extract::{JSON_LIMIT, PathOf, workflow_body};
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use nen_protocol::body;
use nen_protocol::workflow::{Rollback, Workflow, WorkflowVersions};

/// List versions
///
/// The history of a workflow, newest first.
#[utoipa::path(
    get, path = "/workflows/{id}/versions", tag = "Workflows", operation_id = "listWorkflowVersions",
    params(("id" = String, Path, description = "Id of the workflow.", example = "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c")),
    responses((status = 200, description = "The versions.", body = WorkflowVersions, example = json!({"versions": [
        {"version": 3, "current": true, "rolledBackTo": 1, "createdBy": "deploy", "createdAt": 1_743_533_660},
        {"version": 2, "current": false, "createdBy": "deploy", "createdAt": 1_743_490_460},
        {"version": 1, "current": false, "createdBy": "deploy", "createdAt": 1_743_447_260}]}))),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf(id): PathOf<String>,
) -> Result<Json<WorkflowVersions>, ApiError> {
    let versions = state.runs().versions(caller.workspace(), &id).await?;
    Ok(Json(WorkflowVersions { versions }))
}

/// Roll back
///
/// The files of an earlier version become a new version's, which runs use from now on.
#[utoipa::path(
    post, path = "/workflows/{id}/rollback", tag = "Workflows", operation_id = "rollbackWorkflow",
    params(("id" = String, Path, description = "Id of the workflow.", example = "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c")),
    request_body(content = Rollback, example = json!({"version": 1})),
    responses((status = 200, description = "The workflow with its new version.", body = Workflow)),
    security(("bearer" = ["workflows:write"])),
)]
pub(crate) async fn rollback(
    State(state): State<AppState>,
    WorkflowWriter(caller): WorkflowWriter,
    By(doer): By,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Workflow>, ApiError> {
    let bytes = workflow_body(&headers, body, JSON_LIMIT).await?;
    let wanted: Rollback = body::parse(if bytes.is_empty() { b"{}" } else { &bytes })?;
    let made = state
        .runs()
        .by(doer)
        .rollback(caller.workspace(), &id, wanted.version, caller.actor())
        .await?;
    Ok(Json(made))
}
