//! `GET /desktops/{id}/tools`.

use crate::auth::Reader;
use crate::controller;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::provider_dialect::DialectQuery;
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use nen_fleet::Call;
use nen_protocol::ErrorBody;
use nen_protocol::tools::ToolSchema;
use serde_json::Value;

/// Answer to a request for tools.
#[derive(Debug, utoipa::ToSchema, serde::Serialize)]
#[schema(as = ToolList)]
#[serde(untagged)]
#[expect(
    dead_code,
    reason = "answers are passed through unread; this describes them"
)]
pub(crate) enum ToolList {
    /// Without a dialect.
    Neutral(Vec<ToolSchema>),
    /// With one: whatever the provider's API takes.
    Provider(Vec<Value>),
}

/// List a desktop's tools
///
/// Name, description and JSON Schema of each tool, to be given to a model. Answers 200 once the desktop is ready. With
/// `dialect`, the tool definitions exactly as that provider's API takes them.
#[utoipa::path(
    get, path = "/desktops/{id}/tools", tag = "Tools", operation_id = "listTools",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), DialectQuery),
    responses(
        (status = 200, description = "The tools.", body = ToolList),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
        (status = 504, description = "The desktop did not answer in time.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<DialectQuery>,
) -> Result<Response, ApiError> {
    let desktop = state.fleet().get(caller.workspace(), &id).await?;
    let setup = query.setup(&desktop)?;
    let request =
        controller::request(Method::GET, "/tools", &HeaderMap::new(), &[], Body::empty())?;
    // Asked also for the sake of a dialect: that it answers tells that the desktop is ready.
    let sent = state.fleet();
    let answer = sent.send(caller.workspace(), &id, request, Call::look());
    let answer = controller::answer(answer.await?)?;
    match setup {
        Some(setup) if answer.status().is_success() => Ok(Json(setup.tools()?).into_response()),
        _ => Ok(answer),
    }
}
