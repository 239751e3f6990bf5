use std::sync::{Arc, PoisonError};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use nen_protocol::image::ScreenshotQuery;
use nen_screen::encode::Shot;

use crate::app_state::AppState;
use crate::failure::Failure;

pub(crate) async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    query: Result<Query<ScreenshotQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) =
        query.map_err(|error| Failure::new(StatusCode::BAD_REQUEST, error.body_text()))?;
    let (options, region) = query.resolve(state.config.display)?;
    let shot = match region {
        Some(region) => Shot::part(options, region),
        None => Shot::whole(options),
    };
    let camera = Arc::clone(&state.hands.camera);
    let image = tokio::task::spawn_blocking(move || {
        let mut camera = camera.lock().unwrap_or_else(PoisonError::into_inner);
        camera.shoot(&shot)
    })
    .await
    .map_err(Failure::internal)?
    .map_err(Failure::internal)?;
    let tag = format!("W/\"{}\"", image.tag);
    let known = headers.get_all(IF_NONE_MATCH).iter();
    let fresh = known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| matches!(value.trim(), "*") || weak(value.trim()) == weak(&tag));
    let headers = [(ETAG, tag), (CACHE_CONTROL, "no-cache".to_owned())];
    if fresh {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let kind = [(CONTENT_TYPE, image.format.media_type())];
    Ok((headers, kind, image.bytes).into_response())
}

/// A tag without its mark: whether somebody has an image is a question of what it shows.
fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
