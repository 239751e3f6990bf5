//! `GET /desktops/{id}/replay` and `GET /desktops/{id}/replay.webp`.

use crate::auth::Reader;
use crate::binary::Binary;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::replay;
use crate::routes::replay_query::{AnimationQuery, ReplayQuery};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use nen_protocol::replay::Replay;

/// Replay a desktop
///
/// What was done on it, oldest first, with the pictures of the screen after it, as far as they are kept.
#[utoipa::path(
    get, path = "/desktops/{id}/replay", tag = "Desktops", operation_id = "getDesktopReplay",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), ReplayQuery),
    responses((status = 200, description = "The replay.", body = Replay)),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<ReplayQuery>,
) -> Result<Json<Replay>, ApiError> {
    let gathered = replay::of_desktop(&state, &caller, &id).await?;
    Ok(Json(query.answer(gathered).await?))
}

/// Replay a desktop as an animation
///
/// An animated WebP with the pointer drawn in; long pauses are cut. 404 when there is no picture.
#[utoipa::path(
    get, path = "/desktops/{id}/replay.webp", tag = "Desktops", operation_id = "getDesktopAnimation",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), AnimationQuery),
    responses((status = 200, description = "The animation.", body = inline(Binary), content_type = "image/webp")),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn animation(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<AnimationQuery>,
) -> Result<Response, ApiError> {
    let speed = query.speed()?;
    let gathered = replay::of_desktop(&state, &caller, &id).await?;
    AnimationQuery::answer(gathered, speed, &id).await
}
