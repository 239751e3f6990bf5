//! `GET /desktops/{id}/screenshot`.

use crate::auth::Reader;
use crate::binary::Binary;
use crate::controller;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use nen_fleet::Call;
use nen_protocol::ErrorBody;
use nen_protocol::image::ScreenshotQuery;

/// See a desktop
///
/// The image itself. Give the `ETag` of the last one in `If-None-Match`: 304 when the screen has not changed since.
#[utoipa::path(
    get, path = "/desktops/{id}/screenshot", tag = "Tools", operation_id = "getScreenshot",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), ScreenshotQuery,
        ("If-None-Match" = Option<String>, Header, description = "An ETag seen before.")),
    responses(
        (status = 200, description = "The image.", content(
            (inline(Binary) = "image/png"), (inline(Binary) = "image/jpeg"), (inline(Binary) = "image/webp"))),
        (status = 304, description = "Nothing changed."),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
        (status = 504, description = "The desktop did not answer in time.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<ScreenshotQuery>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let kind = query.format.unwrap_or_default().media_type();
    let call = match query.peek {
        Some(true) => Call::probe(),
        Some(false) | None => Call::look(),
    };
    let path = raw.map_or_else(
        || "/screenshot".to_owned(),
        |raw| format!("/screenshot?{raw}"),
    );
    let request = controller::request(
        Method::GET,
        &path,
        &headers,
        &[header::IF_NONE_MATCH],
        Body::empty(),
    )?;
    let mut answer = controller::answer(
        state
            .fleet()
            .send(caller.workspace(), &id, request, call)
            .await?,
    )?;
    if answer.status().is_success() {
        answer
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        answer.headers_mut().insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
    }
    Ok(answer)
}
