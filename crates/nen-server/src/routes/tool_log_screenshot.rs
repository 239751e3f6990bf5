//! `GET /desktops/{id}/tool-logs/{entry}/screenshot`.

use crate::auth::Reader;
use crate::binary::Binary;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use crate::stored;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;

/// See the screen after an action
///
/// The picture that an entry of the tool log names. It never changes: keep it. The server keeps the newest pictures of a
/// desktop, and 24 h beyond its end.
#[utoipa::path(
    get, path = "/desktops/{id}/tool-logs/{entry}/screenshot", tag = "Tools", operation_id = "getToolLogScreenshot",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"),
        ("entry" = i64, Path, description = "Id of the entry.", example = 17),
        ("If-None-Match" = Option<String>, Header, description = "An ETag seen before.")),
    responses(
        (status = 200, description = "The picture.", body = inline(Binary), content_type = "image/png"),
        (status = 304, description = "It is the same as before."),
    ),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf((id, entry)): PathOf<(String, i64)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    state.fleet().get(caller.workspace(), &id).await?;
    let none = || ApiError::not_found(format!("there is no picture after entry {entry}"));
    let found = state.store().tool_log().get(&id, entry).await;
    let found = found.map_err(|error| ApiError::internal(&error))?;
    let name = found.and_then(|row| row.picture).ok_or_else(none)?;
    let (objects, picture) = state.history().picture(&id, &name).ok_or_else(none)?;
    let found = stored::picture(objects, &picture, &method, &headers).await?;
    found.ok_or_else(none)
}
