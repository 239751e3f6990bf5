//! What the server keeps and never changes, as answers.

use crate::error::ApiError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_range_header::StartPosition;
use nen_objects::{Found, Objects};
use std::ops::Range;

/// Streams an object, or the part that `Range` asks for, with its length and an `ETag`; 304 to one who has it. None when
/// there is nothing of this name.
pub(crate) async fn answer(
    objects: &Objects,
    name: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Option<Response>, ApiError> {
    let failed = |error| ApiError::internal(&error);
    let Some(found) = objects.find(name).await.map_err(failed)? else {
        return Ok(None);
    };
    let tag = HeaderValue::from_str(&found.tag).map_err(|error| ApiError::internal(&error))?;
    if is_known(&found, headers) {
        let answer = (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]);
        return Ok(Some(answer.into_response()));
    }
    let part = match headers.get(header::RANGE) {
        Some(range) => match part(range, found.size) {
            Ok(part) => part,
            Err(()) => return Ok(Some(outside(&found))),
        },
        None => None,
    };
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let length = part
        .as_ref()
        .map_or(found.size, |part| part.end - part.start);
    let mut response = match method == Method::HEAD || length == 0 {
        true => Response::new(Body::empty()),
        false => match objects.read(name, part.clone()).await.map_err(failed)? {
            Some((_, content)) => Response::new(Body::from_stream(content)),
            None => return Ok(None),
        },
    };
    if let Some(part) = part {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let (first, last) = (part.start, part.end - 1);
        let place = format!("bytes {first}-{last}/{}", found.size);
        set(&mut response, header::CONTENT_RANGE, &place);
    }
    set(&mut response, header::CONTENT_TYPE, kind.as_ref());
    set(&mut response, header::CONTENT_LENGTH, &length.to_string());
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::LAST_MODIFIED, &modified(&found));
    response.headers_mut().insert(header::ETAG, tag);
    Ok(Some(response))
}

/// [`answer`] for a picture that never changes under its name: whoever has it may keep it.
pub(crate) async fn picture(
    objects: &Objects,
    name: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Option<Response>, ApiError> {
    let mut answer = answer(objects, name, method, headers).await?;
    if let Some(answer) = &mut answer {
        let kept = "private, max-age=31536000, immutable";
        set(answer, header::CACHE_CONTROL, kept);
    }
    Ok(answer)
}

fn is_known(found: &Found, headers: &HeaderMap) -> bool {
    let tag = found.tag.as_bytes();
    let known = |value: &HeaderValue| {
        let value = value.as_bytes();
        value == b"*" || value.windows(tag.len()).any(|part| part == tag)
    };
    headers.get_all(header::IF_NONE_MATCH).iter().any(known)
}

/// The part that a `Range` asks for; none for several at once and for what is no range, which is all of it (RFC 9110, 14.2).
/// An error for one outside.
fn part(range: &HeaderValue, size: u64) -> Result<Option<Range<u64>>, ()> {
    let parsed = range.to_str().ok();
    let parsed = parsed.and_then(|text| http_range_header::parse_range_header(text).ok());
    let Some(mut parsed) = parsed else {
        return Ok(None);
    };
    // The end of a file that is shorter than the end asked for is all of it (RFC 9110, 14.1.2).
    for range in &mut parsed.ranges {
        if let StartPosition::FromLast(count) = &mut range.start {
            *count = (*count).min(size);
        }
    }
    match parsed.validate(size).as_deref() {
        Ok([range]) => Ok(Some(*range.start()..range.end() + 1)),
        Ok(_) => Ok(None),
        Err(_) => Err(()),
    }
}

fn outside(found: &Found) -> Response {
    let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    let all = format!("bytes */{}", found.size);
    set(&mut response, header::CONTENT_RANGE, &all);
    response
}

fn modified(found: &Found) -> String {
    let since = std::time::Duration::from_secs(u64::try_from(found.modified).unwrap_or_default());
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + since)
}

/// Sets a header to a text of ours, which is always one.
fn set(response: &mut Response, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().insert(name, value);
    }
}
