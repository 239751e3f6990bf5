//! `GET /desktops/{id}/events`.

use crate::auth::Reader;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::sse;
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;

/// Follow a desktop
///
/// Server-sent events: lifecycle (`desktop.paused`, `desktop.resumed`, `desktop.error`, `desktop.deleted`, …), every
/// `action` as its tool-log entry, human control (`control.taken`, `control.returned`, `viewer.connected`,
/// `viewer.input`, `viewer.disconnected`), what its network policy denied (`network.denied`) and what happens inside (`app.started`, `app.exited`, …). The data is
/// `{"id", "kind", "at", "data"}`. Send `Last-Event-ID` when connecting again to get what was missed.
#[utoipa::path(
    get, path = "/desktops/{id}/events", tag = "Desktops", operation_id = "followDesktop",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The last event seen.")),
    responses((status = 200, description = "The events, until the desktop is deleted.", body = String,
        content_type = "text/event-stream",
        example = "id: 7\nevent: desktop.paused\ndata: {\"id\":7,\"kind\":\"desktop.paused\",\"at\":1743447260.5,\"data\":{\"by\":\"idle\"}}\n\n")),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn follow(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let workspace = caller.workspace().to_owned();
    sse::stream(&state, &workspace, &id, &headers, Some(caller), None)
}
