use std::fs::{File, Metadata};
use std::io::{Seek as _, SeekFrom};
use std::ops::RangeInclusive;
use std::os::unix::fs::MetadataExt as _;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, StatusCode};
use nen_protocol::files::{FileList, MAX_UPLOAD, UploadFileResponse, check_folder, check_name};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use tokio_util::io::ReaderStream;

use crate::app_state::AppState;
use crate::drive::{Drive, DriveError, Upload};
use crate::failure::Failure;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Folder {
    #[serde(default)]
    path: String,
}

type FolderQuery = Result<Query<Folder>, QueryRejection>;

fn folder(query: FolderQuery) -> Result<String, Failure> {
    let Query(Folder { path }) =
        query.map_err(|error| Failure::new(StatusCode::BAD_REQUEST, error.body_text()))?;
    Ok(check_folder(&path)?)
}

impl From<DriveError> for Failure {
    fn from(error: DriveError) -> Self {
        let status = match error {
            DriveError::NotFound(_) => StatusCode::NOT_FOUND,
            DriveError::NotAFile(_) => StatusCode::BAD_REQUEST,
            DriveError::Full => StatusCode::INSUFFICIENT_STORAGE,
            DriveError::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}

/// Runs file work off the runtime's thread.
async fn with_drive<T: Send + 'static>(
    state: &AppState,
    work: impl FnOnce(Drive) -> Result<T, DriveError> + Send + 'static,
) -> Result<T, Failure> {
    let drive = state.drive.clone();
    tokio::task::spawn_blocking(move || work(drive))
        .await
        .map_err(Failure::internal)?
        .map_err(Failure::from)
}

pub(crate) async fn list(
    State(state): State<AppState>,
    query: FolderQuery,
) -> Result<Json<FileList>, Failure> {
    let folder = folder(query)?;
    let files = with_drive(&state, move |drive| drive.list(&folder)).await?;
    Ok(Json(FileList { files }))
}

pub(crate) async fn upload(
    State(state): State<AppState>,
    Path(name): Path<String>,
    query: FolderQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UploadFileResponse>, Failure> {
    let folder = folder(query)?;
    check_name(&name)?;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_UPLOAD) {
        return Err(too_large());
    }
    let stored = name.clone();
    let mut upload = with_drive(&state, move |drive| drive.upload(&folder, &name)).await?;
    let (mut chunks, mut size) = (body.into_data_stream(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| {
            Failure::new(
                StatusCode::BAD_REQUEST,
                format!("the upload broke off: {error}"),
            )
        })?;
        size += chunk.len() as u64;
        if size > MAX_UPLOAD {
            return Err(too_large());
        }
        upload = with_drive(&state, move |_| write(upload, &chunk)).await?;
    }
    let size = with_drive(&state, move |_| upload.finish()).await?;
    Ok(Json(UploadFileResponse {
        success: true,
        size,
        filename: stored,
    }))
}

fn write(mut upload: Upload, chunk: &[u8]) -> Result<Upload, DriveError> {
    upload.write(chunk)?;
    Ok(upload)
}

fn too_large() -> Failure {
    Failure::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("a file may have {MAX_UPLOAD} bytes at most; nothing was stored"),
    )
}

pub(crate) async fn delete(
    State(state): State<AppState>,
    Path(name): Path<String>,
    query: FolderQuery,
) -> Result<StatusCode, Failure> {
    let folder = folder(query)?;
    check_name(&name)?;
    with_drive(&state, move |drive| drive.remove(&folder, &name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn download(
    State(state): State<AppState>,
    Path(name): Path<String>,
    query: FolderQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let folder = folder(query)?;
    check_name(&name)?;
    let wanted = name.clone();
    let (file, metadata) = with_drive(&state, move |drive| drive.read(&folder, &wanted)).await?;
    let tag = tag(&metadata);
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if value(IF_NONE_MATCH).is_some_and(|known| known == "*" || known.contains(&tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let length = metadata.len();
    // A part is asked for to go with what the caller has; of another file it would be of no use.
    let same = value(IF_RANGE).is_none_or(|known| known == tag);
    let range = match value(RANGE).filter(|_| same) {
        Some(text) => parse_range(text, length)?,
        None => None,
    };
    let kind = mime_guess::from_path(&name).first_or_octet_stream();
    let described = [
        (CONTENT_TYPE, kind.to_string()),
        (CONTENT_DISPOSITION, disposition(&name)),
        (ETAG, tag),
        (ACCEPT_RANGES, "bytes".into()),
    ];
    Ok(match range {
        None => (
            described,
            [(CONTENT_LENGTH, length.to_string())],
            stream(file, length),
        )
            .into_response(),
        Some(range) => {
            let (start, end) = (*range.start(), *range.end());
            let part = seek(file, start)?;
            let placed = [
                (CONTENT_LENGTH, (end - start + 1).to_string()),
                (CONTENT_RANGE, format!("bytes {start}-{end}/{length}")),
            ];
            let body = stream(part, end - start + 1);
            (StatusCode::PARTIAL_CONTENT, described, placed, body).into_response()
        }
    })
}

fn tag(metadata: &Metadata) -> String {
    let changed = (metadata.mtime(), metadata.mtime_nsec());
    format!(
        "\"{:x}-{:x}-{:x}-{:x}\"",
        metadata.ino(),
        metadata.len(),
        changed.0,
        changed.1
    )
}

/// Always a download: a page from a desktop must not run as if it were the server's own.
fn disposition(name: &str) -> String {
    format!(
        "attachment; filename*=UTF-8''{}",
        utf8_percent_encode(name, NON_ALPHANUMERIC)
    )
}

/// One range; several at once are answered with the whole file, as RFC 9110 allows.
fn parse_range(text: &str, length: u64) -> Result<Option<RangeInclusive<u64>>, Failure> {
    let Ok(parsed) = http_range_header::parse_range_header(text) else {
        return Ok(None);
    };
    match parsed.validate(length).as_deref() {
        Ok([range]) => Ok(Some(range.clone())),
        Ok(_) => Ok(None),
        Err(_) => Err(Failure::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            format!("range {text:?} is outside the file, which has {length} bytes"),
        )),
    }
}

fn seek(mut file: File, start: u64) -> Result<File, Failure> {
    file.seek(SeekFrom::Start(start))
        .map_err(Failure::internal)?;
    Ok(file)
}

/// At most `length` bytes, so that a file growing meanwhile does not break the announced length.
fn stream(file: File, length: u64) -> Body {
    use tokio::io::AsyncReadExt as _;
    let reader = tokio::fs::File::from_std(file).take(length);
    Body::from_stream(ReaderStream::with_capacity(reader, 64 * 1024))
}
