//! What the server keeps and never changes, as answers.

use crate::error::ApiError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{
    AcceptRanges, ContentLength, ContentRange, ETag, HeaderMapExt, IfMatch, IfModifiedSince,
    IfNoneMatch, IfRange, IfUnmodifiedSince, LastModified,
};
use http_range_header::StartPosition;
use nen_objects::{Found, Objects};
use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Streams an object, or the part that `Range` asks for, with its length and an `ETag`; 304 to one who has it, 412 to one who
/// wants another. None when there is nothing of this name.
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
    let version = Version::of(&found)?;
    if let Some(status) = version.without_content(headers) {
        let mut answer = status.into_response();
        answer.headers_mut().typed_insert(version.tag);
        return Ok(Some(answer));
    }
    let part = match headers.get(header::RANGE) {
        Some(range) if version.is_the_one_continued(headers) => match part(range, found.size) {
            Ok(part) => part,
            Err(()) => return Ok(Some(outside(&found))),
        },
        _ => None,
    };
    let length = part
        .as_ref()
        .map_or(found.size, |part| part.end - part.start);
    let mut answer = match method == Method::HEAD || length == 0 {
        true => Response::new(Body::empty()),
        false => match objects.read(name, part.clone()).await.map_err(failed)? {
            Some((read, content)) if read.tag == found.tag => {
                Response::new(Body::from_stream(content))
            }
            // Removed, or replaced, since.
            _ => return Ok(None),
        },
    };
    let head = answer.headers_mut();
    head.typed_insert(ContentLength(length));
    head.typed_insert(AcceptRanges::bytes());
    head.typed_insert(LastModified::from(version.modified));
    head.typed_insert(version.tag);
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    set(head, header::CONTENT_TYPE, kind.as_ref());
    if let Some(part) = part {
        let place = ContentRange::bytes(part, found.size);
        head.typed_insert(place.map_err(|error| ApiError::internal(&error))?);
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(Some(answer))
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
        set(answer.headers_mut(), header::CACHE_CONTROL, kept);
    }
    Ok(answer)
}

/// What a client may know of an object.
struct Version {
    tag: ETag,
    modified: SystemTime,
}

impl Version {
    fn of(found: &Found) -> Result<Self, ApiError> {
        let tag = found.tag.parse::<ETag>();
        let since = u64::try_from(found.modified).unwrap_or_default();
        Ok(Self {
            tag: tag.map_err(|_| ApiError::internal(&"the store's ETag is none"))?,
            modified: UNIX_EPOCH + Duration::from_secs(since),
        })
    }

    /// The status for one who must not get it, or has it (RFC 9110, 13.2.2).
    fn without_content(&self, headers: &HeaderMap) -> Option<StatusCode> {
        let is_wanted = match headers.typed_get::<IfMatch>() {
            Some(wanted) => wanted.precondition_passes(&self.tag),
            None => headers
                .typed_get::<IfUnmodifiedSince>()
                .is_none_or(|since| since.precondition_passes(self.modified)),
        };
        if !is_wanted {
            return Some(StatusCode::PRECONDITION_FAILED);
        }
        let is_new = match headers.typed_get::<IfNoneMatch>() {
            Some(known) => known.precondition_passes(&self.tag),
            None => headers
                .typed_get::<IfModifiedSince>()
                .is_none_or(|since| since.is_modified(self.modified)),
        };
        (!is_new).then_some(StatusCode::NOT_MODIFIED)
    }

    /// A part of another would not fit to what the client has.
    fn is_the_one_continued(&self, headers: &HeaderMap) -> bool {
        let modified = LastModified::from(self.modified);
        headers
            .typed_get::<IfRange>()
            .is_none_or(|known| !known.is_modified(Some(&self.tag), Some(&modified)))
    }
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
    let mut answer = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    let head = answer.headers_mut();
    head.typed_insert(ContentRange::unsatisfied_bytes(found.size));
    answer
}

/// Sets a header to a text of ours, which is always one.
fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}
