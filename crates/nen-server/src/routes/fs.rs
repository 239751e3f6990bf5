//! `/desktops/{id}/fs`: files anywhere on a desktop, by absolute paths.

use super::files::pass;
use crate::auth::Reader;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use nen_protocol::ErrorBody;
use nen_protocol::folder::{Folder, check_absolute, check_pattern};
use nen_protocol::segment::escaped;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which files to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FolderQuery {
    /// A folder: an absolute path, or one that begins with `~` for the user's home.
    #[param(example = "~/Downloads")]
    path: String,
    /// Which names, as in a shell: `*.pdf`, `report-[0-9].csv`; `**/` reaches into all folders below. `*` when left out.
    #[param(example = "*.pdf")]
    pattern: Option<String>,
}

/// List a folder of the desktop
///
/// The regular files that fit the pattern, by name. Links to files are followed. At most 10 000 entries are looked at
/// and 32 folders in one another; what would need more is refused.
#[utoipa::path(
    get, path = "/desktops/{id}/fs", tag = "Files", operation_id = "listFolder",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), FolderQuery),
    responses(
        (status = 200, description = "The files.", body = Folder, example = json!({"path": "/home/user/Downloads",
            "files": [{"name": "invoice.pdf", "size": 48213, "modified": 1_743_447_260.25}]})),
        (status = 404, description = "There is no such desktop, or no such folder on it.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<FolderQuery>,
) -> Result<Response, ApiError> {
    let folder = check_absolute(&query.path)?;
    let pattern = check_pattern(query.pattern.as_deref().unwrap_or("*"))?;
    let path = format!("/fs?path={}&pattern={}", escaped(folder), escaped(pattern));
    let none = HeaderMap::new();
    pass(&state, &caller, &id, Method::GET, &path, &none, &[]).await
}
