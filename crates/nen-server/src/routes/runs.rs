//! `/runs`: start, list, look at.

use crate::auth::{Caller, WorkflowReader, WorkflowWriter};
use crate::base_url::BaseUrl;
use crate::doer::By;
use crate::error::{ApiError, shown};
use crate::extract::{JSON_LIMIT, PathOf, QueryOf, workflow_body};
use crate::idempotency::{self, Created};
use crate::live_view;
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use nen_protocol::workflow::{Run, RunAccepted, RunList, RunStatus, StartRun, WorkflowErrorBody};
use nen_runs::RunsError;
use nen_store::RunFilter;
use serde::Deserialize;
use utoipa::IntoParams;

/// Signature of a request that carries secrets.
const SIGNATURE: HeaderName = HeaderName::from_static("x-hmac-signature");
/// Most runs of one answer, and how many when nothing is said.
const MOST: u32 = 200;
const USUAL: u32 = 50;

/// Which runs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunQuery {
    /// Only runs of this workflow.
    workflow_id: Option<String>,
    /// Only runs in this status.
    status: Option<RunStatus>,
    /// Most runs, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of an answer before: the page after it.
    cursor: Option<String>,
}

/// Start a run
///
/// Answers as soon as the run is accepted: from then on it goes on whatever happens to the connection, and ends exactly
/// once. `messageId` is its id. Its webhooks go to `webhook_callback`; `GET /runs/{id}` has the result as well. The
/// parameters are checked against the workflow's schema first. A request with `secure_workflow_params` must be signed:
/// `X-Hmac-Signature: sha256=<hex of HMAC-SHA256(signing secret, raw body)>`.
#[utoipa::path(
    post, path = "/runs", tag = "Runs", operation_id = "startRun",
    params(
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "[!-~]",
            description = "The same key with the same body gets the first answer again for 24 h, and starts no second run."),
        ("X-Hmac-Signature" = Option<String>, Header,
            description = "`sha256=` and the hex HMAC-SHA256 of the raw body with the workspace's signing secret. Checked whenever it is there."),
    ),
    request_body(content = StartRun, example = json!({"workflow_id": "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c",
        "workflow_params": {"month": "2026-10"}, "webhook_callback": "https://example.com/nen"})),
    responses(
        (status = 202, description = "It is accepted.", body = RunAccepted, example = json!({
            "message": "Job accepted for processing.", "messageId": "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11",
            "workflowId": "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c"})),
        (status = 400, description = "Something in the request cannot be taken; the message names it.",
            body = WorkflowErrorBody, example = json!({"error": "Invalid request", "message": "Missing required field: workflow_id"})),
        (status = 403, description = "The key lacks a scope, or there are secrets and no signature.",
            body = WorkflowErrorBody, example = json!({"error": "hmac_required_for_secure_params",
                "message": "The secure_workflow_params field requires HMAC authentication."})),
        (status = 404, description = "There is no such workflow in this workspace.", body = WorkflowErrorBody),
        (status = 409, description = "The first request with this Idempotency-Key is still running.", body = WorkflowErrorBody),
        (status = 413, description = "The body is over 1 MiB.", body = WorkflowErrorBody),
        (status = 422, description = "The Idempotency-Key was used with another body.", body = WorkflowErrorBody),
    ),
    security(("bearer" = ["workflows:write"])),
)]
pub(crate) async fn start(
    State(state): State<AppState>,
    WorkflowWriter(caller): WorkflowWriter,
    By(doer): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let bytes = workflow_body(&headers, body, JSON_LIMIT).await?;
    let signed = check_signature(&state, &caller, &headers, &bytes).await?;
    let start = StartRun::parse(if bytes.is_empty() { b"{}" } else { &bytes })?;
    // Before an earlier answer is looked for: a request without a signature gets none either.
    if start.secure_workflow_params.is_some() && !signed {
        return Err(RunsError::Unsigned.into());
    }
    let make = {
        let (runs, caller) = (state.runs().by(doer), caller.clone());
        move |ticket| async move {
            let answer = idempotency::answer(ticket, StatusCode::ACCEPTED);
            let (workspace, actor) = (caller.workspace(), caller.actor());
            let accepted = runs
                .accept_answering(workspace, actor, start, signed, answer)
                .await?;
            let body =
                serde_json::to_string(&accepted).map_err(|error| ApiError::internal(&error))?;
            Ok(Created {
                status: StatusCode::ACCEPTED,
                id: accepted.message_id,
                body,
            })
        }
    };
    let (route, keep) = ("POST /runs", idempotency::keep);
    idempotency::create(&state, &caller, &headers, route, &bytes, make, keep).await
}

/// Whether the request is signed; a signature that is there must be good.
async fn check_signature(
    state: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<bool, ApiError> {
    let mut values = headers.get_all(SIGNATURE).iter();
    let Some(first) = values.next() else {
        return Ok(false);
    };
    let signature = match (first.to_str(), values.next()) {
        (Ok(signature), None) => signature,
        _ => return Err(RunsError::BadSignature.into()),
    };
    let workspace = caller.workspace();
    state
        .runs()
        .check_signature(workspace, signature, body)
        .await?;
    Ok(true)
}

/// List runs
///
/// Newest first. `next_cursor` is there when there are more: give it as `cursor` for the next page.
#[utoipa::path(
    get, path = "/runs", tag = "Runs", operation_id = "listRuns",
    params(RunQuery),
    responses((status = 200, description = "The runs.", body = RunList)),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    QueryOf(query): QueryOf<RunQuery>,
) -> Result<Json<RunList>, ApiError> {
    let limit = query.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::bad_request(format!(
            "limit must be 1 to {MOST}, not {limit}"
        )));
    }
    let before = query.cursor.as_deref().map(read_cursor).transpose()?;
    let filter = RunFilter {
        workflow_id: query.workflow_id,
        status: query.status,
        before,
        // One more than is shown tells whether there are more.
        limit: limit + 1,
    };
    let found = state.store().runs().list(caller.workspace(), &filter).await;
    let mut found = found.map_err(|error| ApiError::internal(&error))?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let last = found.last().filter(|_| more);
    Ok(Json(RunList {
        next_cursor: last.map(|run| run.number.to_string()),
        runs: found.iter().map(|run| state.runs().view(run)).collect(),
    }))
}

fn read_cursor(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| {
        ApiError::bad_request(format!(
            "cursor {} is none: give the next_cursor of an answer before",
            shown(text)
        ))
    })
}

/// Look at a run
///
/// Where it is and, once it has ended, its result: everything its final webhook says and more. `assets` is a fresh link
/// each time. While it runs, `live_view_url` shows its desktop; it only shows, whatever the key.
#[utoipa::path(
    get, path = "/runs/{id}", tag = "Runs", operation_id = "getRun",
    params(("id" = String, Path, description = "Id of the run, the `messageId` of its start.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11")),
    responses((status = 200, description = "The run.", body = Run, example = json!({
        "workflow_id": "5b1c9f3e-8a54-4d0e-9a0b-1f0f6f1e2d3c", "message_id": "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11",
        "status": "success", "run_status": "completed", "expires_at": 1_744_052_060, "success": true,
        "result": {"total": 1204.5}, "assets": null, "workflow_version": 1, "workflow_name": "invoices", "attempt": 1,
        "workflow_params": {"month": "2026-10"}, "webhook_callback": "https://example.com/nen",
        "desktop_id": "dsk_abc123def456", "timeout_seconds": 1800, "queue_timeout_seconds": 3600,
        "cancel_requested": false, "steps": 7, "input_tokens": 10412, "output_tokens": 821, "cost_usd": 0.043,
        "created_at": 1_743_447_260.125, "started_at": 1_743_447_260.241, "finished_at": 1_743_447_301.87}))),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf(id): PathOf<String>,
    BaseUrl(base): BaseUrl,
) -> Result<Json<Run>, ApiError> {
    let row = state.runs().run(caller.workspace(), &id).await?;
    let mut run = state.runs().view(&row);
    if row.status == RunStatus::Running
        && let Some(desktop_id) = &row.desktop_id
    {
        run.live_view_url = live_view::link(&state, &base, caller.workspace(), desktop_id).await?;
    }
    Ok(Json(run))
}
