//! `/desktops/{id}/fs/content`: what is in a file anywhere on a desktop. Bodies stream both ways.

use super::files::{PASSED, UPLOAD_TIME, pass};
use crate::auth::{Reader, Writer};
use crate::binary::Binary;
use crate::controller;
use crate::download::save_as;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use crate::upload::Upload;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use nen_fleet::Call;
use nen_protocol::ErrorBody;
use nen_protocol::files::MAX_UPLOAD;
use nen_protocol::folder::check_absolute;
use nen_protocol::segment::escaped;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which file to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileQuery {
    /// A file: an absolute path, or one that begins with `~` for the user's home.
    #[param(pattern = "^(~$|/|~/)", example = "~/Downloads/invoice.pdf")]
    path: String,
}

/// Which file to write.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WriteQuery {
    /// A file: an absolute path, or one that begins with `~` for the user's home.
    #[param(pattern = "^(~$|/|~/)", example = "~/Documents/list.csv")]
    path: String,
    /// Whether the body is added to the end of the file rather than put in its place.
    append: Option<bool>,
}

/// Read a file of the desktop
///
/// Any regular file that the desktop's user may read. `Range` gets a part.
#[utoipa::path(
    get, path = "/desktops/{id}/fs/content", tag = "Files", operation_id = "readFile",
    params(
        ("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"),
        FileQuery,
        ("Range" = Option<String>, Header, description = "Which bytes, such as `bytes=0-1023`."),
        ("If-None-Match" = Option<String>, Header, description = "An ETag seen before."),
    ),
    responses(
        (status = 200, description = "The file.", body = inline(Binary), content_type = "*/*"),
        (status = 206, description = "The part asked for.", body = inline(Binary), content_type = "*/*"),
        (status = 304, description = "It is the same as before."),
        (status = 404, description = "There is no such desktop, or no such file on it.", body = ErrorBody),
        (status = 416, description = "The file has no such part.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn download(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<FileQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let file = check_absolute(&query.path)?;
    let path = format!("/fs/content?path={}", escaped(file));
    let mut answer = pass(&state, &caller, &id, method, &path, &headers, &PASSED).await?;
    if answer.status().is_success() {
        save_as(file.rsplit('/').next().unwrap_or(file), &mut answer);
    }
    Ok(answer)
}

/// Write a file of the desktop
///
/// The body is the file, up to 100 MiB. Folders on the way are made. A file that is there is replaced as a whole once the
/// new one is complete, or with `append=true` made longer by the body; a failed upload leaves it as it was.
#[utoipa::path(
    put, path = "/desktops/{id}/fs/content", tag = "Files", operation_id = "writeFile",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), WriteQuery),
    request_body(content = inline(Binary), content_type = "application/octet-stream"),
    responses(
        (status = 204, description = "It is stored."),
        (status = 413, description = "The body is over 100 MiB; nothing was kept.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
        (status = 507, description = "The desktop's disk is full; the old file is whole.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn upload(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<WriteQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let file = check_absolute(&query.path)?;
    let append = query.append.unwrap_or(false);
    let path = format!("/fs/content?path={}&append={append}", escaped(file));
    let upload = Upload::new(body, MAX_UPLOAD)?;
    let trouble = upload.trouble();
    let request = controller::request(Method::PUT, &path, &headers, &[], Body::new(upload))?;
    let call = Call::look().within(UPLOAD_TIME);
    let sent = state
        .fleet()
        .send(caller.workspace(), &id, request, call)
        .await;
    // When the body failed, how the controller took it does not matter.
    match trouble.error() {
        Some(error) => Err(error),
        None => controller::answer(sent?),
    }
}
