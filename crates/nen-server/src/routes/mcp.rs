//! `POST /mcp`: the same API, as tools for models.

use crate::auth::Caller;
use crate::door::ClientAddress;
use crate::error::ApiError;
use crate::inside_api::InsideApi;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::response::Response;
use nen_mcp::Refusal;
use nen_protocol::ErrorBody;
use serde_json::Value;
use std::sync::Arc;

/// A message of the Model Context Protocol, which is JSON-RPC 2.0.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = McpMessage)]
#[expect(
    dead_code,
    reason = "the protocol's own library reads and writes messages; this describes them"
)]
pub(crate) struct Message {
    /// `2.0`.
    #[schema(example = "2.0")]
    jsonrpc: String,
    /// A number or a text, the same in request and answer; absent in a notification.
    id: Option<Value>,
    /// What is asked, such as `tools/call`.
    method: Option<String>,
    /// What it is asked with.
    #[schema(value_type = Option<Object>)]
    params: Option<Value>,
    /// The answer to a request. A tool that failed is one, too, with `isError`.
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    /// Why a request could not be understood.
    #[schema(value_type = Option<Object>)]
    error: Option<Value>,
}

/// Speak MCP
///
/// The Model Context Protocol by its streamable HTTP transport, without sessions: each message stands for itself and is
/// answered with JSON. Any key may speak; a tool does what the key may do. Clients and tools are described in
/// `docs/mcp.md`.
#[utoipa::path(
    post, path = "/mcp", tag = "MCP", operation_id = "mcp",
    request_body(content = Message, content_type = "application/json",
        example = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "nen_create_desktop", "arguments": {"start_url": "https://example.com"}}})),
    responses(
        (status = 200, description = "The answer to a request.", body = Message),
        (status = 202, description = "A notification was taken."),
        (status = 406, description = "The client does not accept both `application/json` and `text/event-stream`.", body = ErrorBody),
        (status = 413, description = "The message is over 16 MiB.", body = ErrorBody),
        (status = 415, description = "The message is not declared as JSON.", body = ErrorBody),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn speak(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Extension(inside): Extension<InsideApi>,
    request: Request,
) -> Result<Response, ApiError> {
    let from = request.extensions().get::<ClientAddress>().copied();
    let api = Arc::new(inside.of(request.headers(), from));
    let answer = state.mcp().answer(caller.key_id(), api, request).await?;
    Ok(answer.map(Body::new))
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.status, refusal.message)
    }
}
