use axum::body::{Body, BodyDataStream};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use futures_util::StreamExt as _;
use http::{HeaderMap, StatusCode};
use nen_protocol::files::MAX_UPLOAD;
use nen_protocol::folder::check_absolute;
use serde::Deserialize;

use super::files::too_large;
use super::fs::{off_the_runtime, read_query};
use crate::app_state::AppState;
use crate::content;
use crate::failure::Failure;
use crate::filesystem::{self, Write, absolute};
use crate::unread;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadQuery {
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteQuery {
    path: String,
    #[serde(default)]
    append: bool,
}

pub(crate) async fn download(
    State(state): State<AppState>,
    query: Result<Query<ReadQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let path = absolute(
        &state.config.home,
        check_absolute(&read_query(query)?.path)?,
    );
    let name = path.file_name().unwrap_or_default();
    let name = name.to_string_lossy().into_owned();
    let (file, metadata) = off_the_runtime(move || filesystem::read(&path)).await?;
    content::answer(file, &metadata, &name, &headers)
}

pub(crate) async fn upload(
    State(state): State<AppState>,
    query: Result<Query<WriteQuery>, QueryRejection>,
    body: Body,
) -> Result<StatusCode, Failure> {
    let mut chunks = body.into_data_stream();
    let stored = store(&state, query, &mut chunks).await;
    unread::read(stored, chunks).await
}

async fn store(
    state: &AppState,
    query: Result<Query<WriteQuery>, QueryRejection>,
    chunks: &mut BodyDataStream,
) -> Result<StatusCode, Failure> {
    let WriteQuery { path, append } = read_query(query)?;
    if path.ends_with('/') {
        let text = format!("path {path:?} is that of a folder: give that of a file");
        return Err(Failure::new(StatusCode::BAD_REQUEST, text));
    }
    let path = absolute(&state.config.home, check_absolute(&path)?);
    let mut write = off_the_runtime(move || Write::begin(path)).await?;
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
        write = off_the_runtime(move || write.add(&chunk).map(|()| write)).await?;
    }
    off_the_runtime(move || match append {
        true => write.append(),
        false => write.replace(),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
