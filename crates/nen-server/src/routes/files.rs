//! `/desktops/{id}/files`: the desktop's drive. Bodies stream both ways.

use crate::auth::{Caller, Reader, Writer};
use crate::binary::Binary;
use crate::controller;
use crate::download::save_as;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use crate::upload::Upload;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::response::Response;
use nen_fleet::Call;
use nen_protocol::ErrorBody;
use nen_protocol::files::{FileList, MAX_UPLOAD, UploadFileResponse, check_folder, check_name};
use nen_protocol::segment::escaped;
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

/// Longest an upload may take, by the slowest that bodies may come. Clients give up sooner on their own.
pub(super) const UPLOAD_TIME: Duration = Duration::from_secs(2 * 3600);

/// Headers of a download that a controller understands.
pub(super) const PASSED: [HeaderName; 5] = [
    header::RANGE,
    header::IF_RANGE,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_MATCH,
];

/// Where on the drive.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Folder {
    /// Folder below the drive's root; the root when left out.
    #[param(example = "Downloads")]
    path: Option<String>,
}

/// List files
///
/// The entries of a folder of `/drive`, which is the drive's root inside the desktop. The browser downloads to
/// `Downloads`.
#[utoipa::path(
    get, path = "/desktops/{id}/files", tag = "Files", operation_id = "listFiles",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), Folder),
    responses(
        (status = 200, description = "The entries.", body = FileList),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    QueryOf(folder): QueryOf<Folder>,
) -> Result<Response, ApiError> {
    let path = format!("/files{}", query(&folder)?);
    pass(
        &state,
        &caller,
        &id,
        Method::GET,
        &path,
        &HeaderMap::new(),
        &[],
    )
    .await
}

/// Download a file
///
/// `Range` gets a part, `If-None-Match` with an `ETag` seen before gets 304 when the file is the same.
#[utoipa::path(
    get, path = "/desktops/{id}/files/{name}", tag = "Files", operation_id = "downloadFile",
    params(
        ("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"),
        ("name" = String, Path, description = "Name of the file, percent-encoded.", example = "invoice.pdf"),
        Folder,
        ("Range" = Option<String>, Header, description = "Which bytes, such as `bytes=0-1023`."),
        ("If-None-Match" = Option<String>, Header, description = "An ETag seen before."),
    ),
    responses(
        (status = 200, description = "The file.", body = inline(Binary), content_type = "*/*"),
        (status = 206, description = "The part asked for.", body = inline(Binary), content_type = "*/*"),
        (status = 304, description = "It is the same as before."),
        (status = 416, description = "The file has no such part.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn download(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf((id, name)): PathOf<(String, String)>,
    QueryOf(folder): QueryOf<Folder>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let path = file_path(&name, &folder)?;
    let mut answer = pass(&state, &caller, &id, method, &path, &headers, &PASSED).await?;
    if answer.status().is_success() {
        save_as(&name, &mut answer);
    }
    Ok(answer)
}

/// Upload a file
///
/// The body is the file, up to 100 MiB. Folders on the way are made. A file of the same name is replaced as a whole once
/// the new one is complete; a failed upload leaves it as it was.
#[utoipa::path(
    post, path = "/desktops/{id}/files/{name}", tag = "Files", operation_id = "uploadFile",
    params(
        ("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"),
        ("name" = String, Path, description = "Name of the file, percent-encoded.", example = "invoice.pdf"),
        Folder,
    ),
    request_body(content = inline(Binary), content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "It is stored.", body = UploadFileResponse,
            example = json!({"success": true, "size": 48213, "filename": "invoice.pdf"})),
        (status = 413, description = "The file is over 100 MiB; nothing was kept.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn upload(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf((id, name)): PathOf<(String, String)>,
    QueryOf(folder): QueryOf<Folder>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let path = file_path(&name, &folder)?;
    let upload = Upload::new(body, MAX_UPLOAD)?;
    let trouble = upload.trouble();
    let pass = [header::CONTENT_TYPE];
    let request = controller::request(Method::POST, &path, &headers, &pass, Body::new(upload))?;
    let sent = state
        .fleet()
        .send(
            caller.workspace(),
            &id,
            request,
            Call::look().within(UPLOAD_TIME),
        )
        .await;
    // When the body failed, how the controller took it does not matter.
    match trouble.error() {
        Some(error) => Err(error),
        None => controller::answer(sent?),
    }
}

/// Delete a file
#[utoipa::path(
    delete, path = "/desktops/{id}/files/{name}", tag = "Files", operation_id = "deleteFile",
    params(
        ("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"),
        ("name" = String, Path, description = "Name of the file, percent-encoded.", example = "invoice.pdf"),
        Folder,
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf((id, name)): PathOf<(String, String)>,
    QueryOf(folder): QueryOf<Folder>,
) -> Result<Response, ApiError> {
    let path = file_path(&name, &folder)?;
    pass(
        &state,
        &caller,
        &id,
        Method::DELETE,
        &path,
        &HeaderMap::new(),
        &[],
    )
    .await
}

pub(super) async fn pass(
    state: &AppState,
    caller: &Caller,
    id: &str,
    method: Method,
    path: &str,
    headers: &HeaderMap,
    passed: &[HeaderName],
) -> Result<Response, ApiError> {
    let request = controller::request(method, path, headers, passed, Body::empty())?;
    controller::answer(
        state
            .fleet()
            .send(caller.workspace(), id, request, Call::look())
            .await?,
    )
}

fn file_path(name: &str, folder: &Folder) -> Result<String, ApiError> {
    Ok(format!(
        "/files/{}{}",
        escaped(check_name(name)?),
        query(folder)?
    ))
}

fn query(folder: &Folder) -> Result<String, ApiError> {
    let path = check_folder(folder.path.as_deref().unwrap_or(""))?;
    Ok(if path.is_empty() {
        String::new()
    } else {
        format!("?path={}", escaped(&path))
    })
}
