//! `POST /desktops/{id}/execute`.

use crate::auth::Writer;
use crate::controller;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::extract::{PathOf, body_bytes};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use nen_protocol::ErrorBody;
use nen_protocol::execute::{BatchReply, ExecuteBody, ExecuteReply};

/// Answer to an execute request.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = ExecuteAnswer)]
#[serde(untagged)]
#[derive(serde::Serialize)]
#[expect(
    dead_code,
    reason = "replies are passed through unread; this describes them"
)]
pub(crate) enum Answer {
    /// To `action`.
    One(ExecuteReply),
    /// To `actions`.
    Batch(BatchReply),
}

/// Act on a desktop
///
/// Does one `action`, or up to 100 `actions` in order up to the first that fails, waits until the screen has settled and
/// answers with what it shows. A paused desktop wakes up first. A batch that was accepted answers 200, its `status` tells
/// whether all went well. When the caller goes away, what is being done is stopped and every key and button let go.
#[utoipa::path(
    post, path = "/desktops/{id}/execute", tag = "Tools", operation_id = "execute",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    request_body(content = ExecuteBody, examples(
        ("click" = (summary = "One action", value = json!(
            {"action": {"tool": "computer", "action": "left_click", "params": {"coordinate": [500, 300]}}}))),
        ("batch" = (summary = "A batch, with a small image at the end", value = json!(
            {"actions": [{"tool": "computer", "action": "left_click", "params": {"coordinate": [500, 300]}},
                         {"tool": "computer", "action": "type", "params": {"text": "hello\n"}}],
             "image": {"format": "jpeg", "quality": 70, "max_width": 1024}}))),
    )),
    responses(
        (status = 200, description = "What was done and what the screen shows.", body = Answer,
            example = json!({"status": "ok", "output": "left click at (500, 300)", "coordinate": [500, 300],
                "base64_image": "iVBORw0KGgo…", "changed": true, "settled_ms": 96})),
        (status = 409, description = "A person holds the desktop.", body = ErrorBody),
        (status = 413, description = "The body is over 1 MiB.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
        (status = 504, description = "It took too long: 330 s unless configured otherwise.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn execute(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let bytes = body_bytes(&headers, body).await?;
    let execution = Execution {
        fleet: state.fleet(),
        tool_log: state.tool_log(),
        workspace: caller.workspace(),
        desktop_id: &id,
        actor: caller.actor(),
        within: state.config().execute_timeout,
    };
    let reply = execution.send(bytes).await?;
    let mut answer = controller::answer(reply)?;
    // Also when a program inside pretends otherwise: nothing it sends is rendered by a browser.
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Ok(answer)
}
