//! `GET /desktops/{id}/view/events`.

use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::sse;
use crate::state::AppState;
use crate::viewer::access::{self, TokenQuery};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;

/// Follow a desktop through a viewer link
///
/// The same events as `/desktops/{id}/events`. Needs no key but the token of the link; ends with the session.
#[utoipa::path(
    get, path = "/desktops/{id}/view/events", tag = "Live view", operation_id = "followView",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), TokenQuery),
    responses((status = 200, description = "The events.", body = String, content_type = "text/event-stream")),
    security(("viewer_token" = [])),
)]
pub(crate) async fn follow(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(token): QueryOf<TokenQuery>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    // Counted before the token is checked: a session deleted right now ends this stream, or is not found.
    let connection = state
        .viewers()
        .enter(&id, state.config().max_viewer_connections);
    let connection = connection
        .ok_or_else(|| ApiError::too_many("this desktop has as many viewers as it may"))?;
    let access = access::check(&state, &id, &token).await?;
    sse::stream(
        &state,
        &access.desktop.workspace_id,
        &id,
        &headers,
        Some(connection),
    )
}
