use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures_util::StreamExt as _;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use nen_protocol::files::{FileList, MAX_UPLOAD, UploadFileResponse, check_folder, check_name};
use serde::Deserialize;

use crate::app_state::AppState;
use crate::content;
use crate::drive::{Drive, DriveError, Upload};
use crate::failure::Failure;
use crate::unread;

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
    let mut chunks = body.into_data_stream();
    let stored = store(&state, name, query, &headers, &mut chunks).await;
    unread::read(stored, chunks).await.map(Json)
}

async fn store(
    state: &AppState,
    name: String,
    query: FolderQuery,
    headers: &HeaderMap,
    chunks: &mut BodyDataStream,
) -> Result<UploadFileResponse, Failure> {
    let folder = folder(query)?;
    check_name(&name)?;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_UPLOAD) {
        return Err(too_large());
    }
    let stored = name.clone();
    let mut upload = with_drive(state, move |drive| drive.upload(&folder, &name)).await?;
    let mut size = 0;
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
        upload = with_drive(state, move |_| write(upload, &chunk)).await?;
    }
    let size = with_drive(state, move |_| upload.finish()).await?;
    Ok(UploadFileResponse {
        success: true,
        size,
        filename: stored,
    })
}

fn write(mut upload: Upload, chunk: &[u8]) -> Result<Upload, DriveError> {
    upload.write(chunk)?;
    Ok(upload)
}

pub(super) fn too_large() -> Failure {
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
    content::answer(file, &metadata, &name, &headers)
}
