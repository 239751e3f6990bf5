//! Files of the server's own that never change once they are there, as answers.

use crate::error::ApiError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tower::ServiceExt;
use tower_http::services::ServeFile;

/// Headers of the request that say which part is wanted.
const PASSED: [HeaderName; 2] = [header::RANGE, header::IF_UNMODIFIED_SINCE];

/// Streams a file, or the part that `Range` asks for, with its length and an `ETag`; 304 to one who has it. None when
/// there is no such file.
pub(crate) async fn answer(
    path: &Path,
    method: Method,
    headers: &HeaderMap,
) -> Result<Option<Response>, ApiError> {
    let metadata = match tokio::fs::metadata(path).await {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ApiError::internal(&error)),
    };
    let tag = tag(&metadata)?;
    let known = |value: &HeaderValue| {
        let value = value.as_bytes();
        value == b"*" || value.windows(tag.len()).any(|part| part == tag.as_bytes())
    };
    if headers.get_all(header::IF_NONE_MATCH).iter().any(known) {
        return Ok(Some(
            (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response(),
        ));
    }
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    for name in PASSED {
        if let Some(value) = headers.get(&name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    // The end of a file that is shorter than the end asked for is all of it (RFC 9110, 14.1.2), which `ServeFile` refuses.
    if let Some(range) = request.headers_mut().get_mut(header::RANGE)
        && suffix(range).is_some_and(|length| length > metadata.len())
    {
        *range = HeaderValue::from_static("bytes=0-");
    }
    let Ok(served) = ServeFile::new(path).oneshot(request).await;
    let mut response = served.map(Body::new);
    response.headers_mut().insert(header::ETAG, tag);
    Ok(Some(response))
}

/// [`answer`] for a picture that never changes under its name: whoever has it may keep it.
pub(crate) async fn picture(
    path: &Path,
    method: Method,
    headers: &HeaderMap,
) -> Result<Option<Response>, ApiError> {
    let mut answer = answer(path, method, headers).await?;
    if let Some(answer) = &mut answer {
        let kept = HeaderValue::from_static("private, max-age=31536000, immutable");
        answer.headers_mut().insert(header::CACHE_CONTROL, kept);
    }
    Ok(answer)
}

/// The length of the end that a `Range` asks for.
fn suffix(range: &HeaderValue) -> Option<u64> {
    let text = range.to_str().ok()?.trim();
    text.strip_prefix("bytes=-")?.trim().parse().ok()
}

fn tag(metadata: &Metadata) -> Result<HeaderValue, ApiError> {
    let (seconds, nanoseconds) = (metadata.mtime(), metadata.mtime_nsec());
    let text = format!("\"{:x}-{seconds:x}-{nanoseconds:x}\"", metadata.len());
    HeaderValue::from_str(&text).map_err(|error| ApiError::internal(&error))
}
