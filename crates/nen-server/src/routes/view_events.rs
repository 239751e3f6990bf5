//! `GET /desktops/{id}/view/events`.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::sse;
use crate::state::AppState;
use crate::viewer::access::{self, TokenQuery};
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;

/// Follow a desktop through a viewer link
///
/// The same events as `/desktops/{id}/events`. Takes the token of the link, and ends with its session; or else a
/// key with `desktops:read`.
#[utoipa::path(
    get, path = "/desktops/{id}/view/events", tag = "Live view", operation_id = "followView",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), TokenQuery),
    responses((status = 200, description = "The events.", body = String, content_type = "text/event-stream")),
    security(("viewer_token" = []), ("bearer" = ["desktops:read"])),
)]
pub(crate) async fn follow(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(token): QueryOf<TokenQuery>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let caller = caller.map(|caller| caller.0);
    // Counted before the token is checked: a session deleted right now ends this stream, or is not found.
    let connection =
        state
            .viewers()
            .enter(&id, state.config().max_viewer_connections, caller.clone());
    let connection = connection
        .ok_or_else(|| ApiError::too_many("this desktop has as many viewers as it may"))?;
    let access = access::check(&state, &id, &token, caller).await?;
    sse::stream(
        &state,
        &access.desktop.workspace_id,
        &id,
        &headers,
        None,
        Some(connection),
    )
}
