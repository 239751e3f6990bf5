//! `GET /runs/{id}/replay` and `GET /runs/{id}/replay.webp`.

use crate::auth::WorkflowReader;
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

/// Replay a run
///
/// Every call of the SDK and every question to a model, oldest first: what the model said, what it cost, what was done,
/// and the screen after it.
#[utoipa::path(
    get, path = "/runs/{id}/replay", tag = "Runs", operation_id = "getRunReplay",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"), ReplayQuery),
    responses((status = 200, description = "The replay.", body = Replay)),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<ReplayQuery>,
) -> Result<Json<Replay>, ApiError> {
    let gathered = replay::of_run(&state, &caller, &id).await?;
    Ok(Json(query.answer(gathered).await?))
}

/// Replay a run as an animation
///
/// An animated WebP with the pointer drawn in; long pauses are cut. 404 when there is no picture.
#[utoipa::path(
    get, path = "/runs/{id}/replay.webp", tag = "Runs", operation_id = "getRunAnimation",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"), AnimationQuery),
    responses((status = 200, description = "The animation.", body = inline(Binary), content_type = "image/webp")),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn animation(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<AnimationQuery>,
) -> Result<Response, ApiError> {
    let speed = query.speed()?;
    let gathered = replay::of_run(&state, &caller, &id).await?;
    AnimationQuery::answer(gathered, speed, &id).await
}
