//! `GET /runs/{id}/screenshots/{name}`.

use crate::auth::WorkflowReader;
use crate::binary::Binary;
use crate::error::{ApiError, shown};
use crate::extract::PathOf;
use crate::state::AppState;
use crate::stored;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;

/// See what a run saw
///
/// A picture that a step names. It never changes: keep it.
#[utoipa::path(
    get, path = "/runs/{id}/screenshots/{name}", tag = "Runs", operation_id = "getRunScreenshot",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"),
        ("name" = String, Path, description = "Name of the picture, from a step's `screenshot`.", example = "1.png"),
        ("If-None-Match" = Option<String>, Header, description = "An ETag seen before.")),
    responses(
        (status = 200, description = "The picture.", body = inline(Binary), content_type = "image/png"),
        (status = 304, description = "It is the same as before."),
    ),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf((id, name)): PathOf<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let run = state.runs().run(caller.workspace(), &id).await?;
    let (runs, picture) = (state.runs(), state.runs().screenshot(&run.id, &name)?);
    let found = stored::picture(runs.objects(), &picture, &method, &headers).await?;
    found.ok_or_else(|| ApiError::not_found(format!("no screenshot {}", shown(&name))))
}
