//! `GET /desktops/{id}/tool-logs`.

use crate::auth::Reader;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use crate::tool_log::from_row;
use axum::Json;
use axum::extract::State;
use nen_protocol::tool_log::ToolLogEntry;
use serde::Deserialize;
use utoipa::IntoParams;

/// Most entries of one answer.
const MOST: u32 = 1000;

/// Which entries to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// Most entries, 1 to 1000; 100 when left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Only entries before the one with this id: for the page before.
    before: Option<i64>,
}

/// What was done on a desktop
///
/// The last actions, newest last, with who did them; of a deleted desktop for 24 h. What was typed is not in it, only how
/// much.
#[utoipa::path(
    get, path = "/desktops/{id}/tool-logs", tag = "Tools", operation_id = "listToolLogs",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), LogQuery),
    responses((status = 200, description = "The entries, newest last.", body = Vec<ToolLogEntry>)),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<LogQuery>,
) -> Result<Json<Vec<ToolLogEntry>>, ApiError> {
    let limit = query.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::bad_request(format!(
            "limit must be 1 to {MOST}, not {limit}"
        )));
    }
    state.fleet().get(caller.workspace(), &id).await?;
    // Whoever got an answer finds its action here.
    state.tool_log().flush().await;
    let rows = state
        .store()
        .tool_log()
        .list(&id, limit, query.before)
        .await;
    let rows = rows.map_err(|error| ApiError::internal(&error))?;
    Ok(Json(
        rows.into_iter().map(|row| from_row(&id, row)).collect(),
    ))
}
