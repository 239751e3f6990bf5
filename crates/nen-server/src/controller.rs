//! Passing calls on to a desktop's controller and its answers back, unread.
//!
//! A controller runs where its desktop's programs run, so its answers are not trusted: only known statuses and listed
//! headers go through.

use crate::error::ApiError;
use crate::execution::TIMING;
use axum::body::Body;
use axum::http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header,
};
use nen_fleet::ReplyBody;
use nen_protocol::phases::Phases;

/// Headers of an answer that may reach the caller.
const PASSED: [HeaderName; 8] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::ACCEPT_RANGES,
    header::ETAG,
    header::LAST_MODIFIED,
    header::CACHE_CONTROL,
    header::ALLOW,
];

/// A request to a controller with the listed headers of the caller's.
pub(crate) fn request(
    method: Method,
    path: &str,
    from: &HeaderMap,
    pass: &[HeaderName],
    body: Body,
) -> Result<Request<Body>, ApiError> {
    let mut request = Request::builder().method(method).uri(path);
    for name in pass {
        for value in from.get_all(name) {
            request = request.header(name, value);
        }
    }
    request
        .body(body)
        .map_err(|error| ApiError::internal(&error))
}

/// Where the time of an execution went, in our own words.
pub(crate) fn timing(extensions: &Extensions) -> Option<HeaderValue> {
    let timing = extensions.get::<Phases>()?.header();
    HeaderValue::try_from(timing).ok()
}

/// The answer for the caller.
pub(crate) fn answer(response: Response<ReplyBody>) -> Result<Response<Body>, ApiError> {
    let (parts, body) = response.into_parts();
    match parts.status.as_u16() {
        200 | 201 | 204 | 206 | 304 | 400 | 404 | 409 | 412 | 413 | 416 | 500 | 502 | 504 | 507 => {
        }
        _ => {
            let text = format!("the desktop's controller answered {}", parts.status);
            return Err(ApiError::new(StatusCode::BAD_GATEWAY, text));
        }
    }
    let mut answer = Response::new(Body::new(body));
    *answer.status_mut() = parts.status;
    for name in PASSED {
        if let Some(value) = parts.headers.get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    if let Some(timing) = timing(&parts.extensions) {
        answer.headers_mut().insert(TIMING, timing);
    }
    Ok(answer)
}
