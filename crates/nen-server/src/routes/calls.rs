//! `POST /desktops/{id}/calls`: the tool calls of a model's answer, done and answered in its provider's words.

use crate::auth::Writer;
use crate::controller;
use crate::error::ApiError;
use crate::execution::{Execution, TIMING};
use crate::extract::{PathOf, QueryOf, list_bytes};
use crate::provider_dialect::DialectQuery;
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use nen_protocol::ErrorBody;
use nen_protocol::dialect::Dialect;
use nen_protocol::execute::BatchReply;

/// Most bytes of a batch's reply that are taken: some pictures of the largest screen.
const MOST: usize = 512 << 20;

/// Do a model's tool calls
///
/// Takes the tool calls exactly as the provider's answer holds them and answers the list of results exactly as its next
/// request wants them. An agent's loop is then: ask the model, post its calls, append the answer. The calls are done in
/// order as one batch, up to the first that fails; what is no call in the list (words, thoughts) is passed over. A call that
/// makes no sense is answered to the model like one that failed. Give the same `variant` and `display_…` as for the tools.
#[utoipa::path(
    post, path = "/desktops/{id}/calls", tag = "Tools", operation_id = "performCalls",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), DialectQuery),
    request_body(content = Vec<serde_json::Value>, example = json!([{"type": "tool_use", "id": "toolu_01", "name": "computer",
        "input": {"action": "left_click", "coordinate": [500, 300]}}])),
    responses(
        (status = 200, description = "The results as the next request wants them: one for each call, and what a provider wants beside them, such as a message with the images.", body = Vec<serde_json::Value>, example = json!([
            {"type": "tool_result", "tool_use_id": "toolu_01", "content": [
                {"type": "text", "text": "left click at (500, 300)"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo…"}}]}])),
        (status = 400, description = "There is no dialect or no call, or a safety check is not acknowledged.", body = ErrorBody),
        (status = 409, description = "A person holds the desktop.", body = ErrorBody),
        (status = 413, description = "The body is over 1 MiB.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
        (status = 504, description = "It took too long: 330 s unless configured otherwise.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn perform(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<DialectQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let bytes = list_bytes(&headers, body).await?;
    let desktop = state.fleet().get(caller.workspace(), &id).await?;
    let setup = query.setup(&desktop)?.ok_or_else(|| {
        let names: Vec<&str> = Dialect::NAMES.iter().map(|(name, _)| *name).collect();
        ApiError::bad_request(format!(
            "dialect is missing: say whose calls these are by one of {}",
            names.join(", ")
        ))
    })?;
    let turn = setup.turn(&bytes)?;
    let request = serde_json::to_vec(&turn.request()).map_err(|e| ApiError::internal(&e))?;
    let execution = Execution {
        fleet: state.fleet(),
        tool_log: state.tool_log(),
        workspace: caller.workspace(),
        desktop_id: &id,
        actor: caller.actor(),
        within: state.config().execute_timeout,
    };
    let reply = execution.send(request.into()).await?;
    if !reply.status().is_success() {
        return controller::answer(reply);
    }
    let unread = |error: &dyn std::fmt::Display| {
        ApiError::new(
            StatusCode::BAD_GATEWAY,
            format!("the desktop's answer cannot be read: {error}"),
        )
    };
    let timing = controller::timing(reply.extensions());
    let body = Limited::new(reply.into_body(), MOST).collect().await;
    let body = body.map_err(|error| unread(&error))?.to_bytes();
    let batch: BatchReply = serde_json::from_slice(&body).map_err(|error| unread(&error))?;
    let mut answer = Json(turn.results(batch)).into_response();
    if let Some(timing) = timing {
        answer.headers_mut().insert(TIMING, timing);
    }
    Ok(answer)
}
