//! `GET /runs/{id}/assets.zip`, by a signed link.

use crate::binary::Binary;
use crate::download::save_as;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use crate::stored;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use nen_protocol::workflow::WorkflowErrorBody;
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

/// How long a link to an object store is good for: as long as it takes to follow it.
const LINK: Duration = Duration::from_secs(300);

/// What a signed link carries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Signed {
    /// Unix seconds at which the link ends.
    #[serde(default)]
    expires: String,
    /// By the server over run and end.
    #[serde(default)]
    signature: String,
}

/// Download a run's files
///
/// What the run left in `/artifacts`, zipped. The link is `assets` of the run or of its webhook and opens without a key
/// until it expires; what else is in its query is ignored. `Range` gets a part.
#[utoipa::path(
    get, path = "/runs/{id}/assets.zip", tag = "Runs", operation_id = "downloadRunAssets",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"), Signed,
        ("Range" = Option<String>, Header, description = "Which bytes, such as `bytes=0-1023`.")),
    responses(
        (status = 200, description = "The files.", body = inline(Binary), content_type = "application/zip"),
        (status = 206, description = "The part asked for.", body = inline(Binary), content_type = "application/zip"),
        (status = 304, description = "They are the same as before."),
        (status = 307, description = "They are in an object store, which has them under `Location` for five minutes."),
        (status = 404, description = "The link is wrong, or the files are gone.", body = WorkflowErrorBody),
        (status = 410, description = "The link has expired.", body = WorkflowErrorBody),
        (status = 412, description = "They are not those that `If-Match` or `If-Unmodified-Since` wants.", body = WorkflowErrorBody),
        (status = 416, description = "There is no such part.", body = WorkflowErrorBody),
    ),
    security(()),
)]
pub(crate) async fn download(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(signed): QueryOf<Signed>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let runs = state.runs();
    let name = runs.assets(&id, &signed.expires, &signed.signature)?;
    let gone = || {
        ApiError::not_found("the files of this run are gone, they are kept as long as the run is")
    };
    // A link of the store's is good for GET alone, and who wants a part is a page that may not go there.
    let link = match method == Method::GET && !headers.contains_key(header::RANGE) {
        true => link(&state, &name).await,
        false => None,
    };
    if let Some(link) = link {
        let found = runs.objects().find(&name).await;
        found
            .map_err(|error| ApiError::internal(&error))?
            .ok_or_else(gone)?;
        return Ok((
            [(header::CACHE_CONTROL, "no-store")],
            Redirect::temporary(&link),
        )
            .into_response());
    }
    let found = stored::answer(runs.objects(), &name, &method, &headers).await?;
    let mut answer = found.ok_or_else(gone)?;
    if answer.status().is_success() {
        save_as("assets.zip", &mut answer);
    }
    let kept = HeaderValue::from_static("private, no-cache");
    answer.headers_mut().insert(header::CACHE_CONTROL, kept);
    Ok(answer)
}

/// A link to the object store itself, where there is one that makes any and clients are to use it. A machine's role may not
/// suffice to make one: then the files are handed on.
async fn link(state: &AppState, name: &str) -> Option<String> {
    if !state.config().object_links {
        return None;
    }
    match state.runs().objects().link(name, LINK).await {
        Ok(link) => link.map(|url| url.to_string()),
        Err(error) => {
            tracing::warn!(%error, "The object store makes no link, its files go through the server");
            None
        }
    }
}
