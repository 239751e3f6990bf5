//! `GET /desktops/{id}/tools`.

use crate::auth::Reader;
use crate::controller;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use nen_fleet::Call;
use nen_protocol::ErrorBody;
use nen_protocol::tools::ToolSchema;

/// List a desktop's tools
///
/// Name, description and JSON Schema of each tool, to be given to a model. Answers 200 once the desktop is ready.
#[utoipa::path(
    get, path = "/desktops/{id}/tools", tag = "Tools", operation_id = "listTools",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    responses(
        (status = 200, description = "The tools.", body = Vec<ToolSchema>),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
        (status = 504, description = "The desktop did not answer in time.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
) -> Result<Response, ApiError> {
    let request =
        controller::request(Method::GET, "/tools", &HeaderMap::new(), &[], Body::empty())?;
    controller::answer(
        state
            .fleet()
            .send(caller.workspace(), &id, request, Call::look())
            .await?,
    )
}
