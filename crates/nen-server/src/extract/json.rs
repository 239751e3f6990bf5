//! JSON bodies.

use crate::error::ApiError;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use nen_protocol::body::parse;
use serde::de::DeserializeOwned;
use serde::de::IgnoredAny;

/// Most bytes of a JSON body (of `execute` too: 1 MiB is over a million characters to type).
pub(crate) const JSON_LIMIT: usize = 1 << 20;

/// A JSON body; an empty one counts as `{}`, since every field of every body with this extractor may be optional and
/// a missing one is named anyway.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

/// A JSON body or none at all.
#[derive(Debug)]
pub(crate) struct MaybeJson<T>(pub(crate) Option<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = body_bytes(&parts.headers, body).await?;
        Ok(Self(parse(if bytes.is_empty() { b"{}" } else { &bytes })?))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for MaybeJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = body_bytes(&parts.headers, body).await?;
        Ok(Self(if bytes.is_empty() {
            None
        } else {
            Some(parse(&bytes)?)
        }))
    }
}

/// The body of a request that takes a JSON object: whole, within [`JSON_LIMIT`] and declared as JSON (or not declared at all).
pub(crate) async fn body_bytes(headers: &HeaderMap, body: Body) -> Result<Bytes, ApiError> {
    let bytes = list_bytes(headers, body).await?;
    check_object(&bytes)?;
    Ok(bytes)
}

/// [`body_bytes`] of a request that takes a list: what it is, its parser says.
pub(crate) async fn list_bytes(headers: &HeaderMap, body: Body) -> Result<Bytes, ApiError> {
    body_within(headers, body, JSON_LIMIT, StatusCode::BAD_REQUEST).await
}

/// [`body_bytes`] of the workflow surface: within `limit` bytes, and 415 when it is declared as something else.
pub(crate) async fn workflow_body(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, ApiError> {
    let bytes = body_within(headers, body, limit, StatusCode::UNSUPPORTED_MEDIA_TYPE).await?;
    check_object(&bytes)?;
    Ok(bytes)
}

async fn body_within(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    not_json: StatusCode,
) -> Result<Bytes, ApiError> {
    let bytes = match Limited::new(body, limit).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(ApiError::too_large(limit));
        }
        Err(error) => {
            let is_limit =
                std::error::Error::source(&*error).is_some_and(|e| e.is::<LengthLimitError>());
            return Err(if is_limit {
                ApiError::too_large(limit)
            } else {
                ApiError::bad_request("the body could not be read to its end")
            });
        }
    };
    if !bytes.is_empty() {
        check_content_type(headers, not_json)?;
    }
    Ok(bytes)
}

fn check_content_type(headers: &HeaderMap, otherwise: StatusCode) -> Result<(), ApiError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let kind = value
        .to_str()
        .unwrap_or("")
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    if kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json")) {
        return Ok(());
    }
    let named = crate::error::shown(&String::from_utf8_lossy(value.as_bytes()));
    Err(ApiError::new(
        otherwise,
        format!("content-type is {named}, it must be application/json"),
    ))
}

/// Refuses other JSON than an object: serde would read an array as an object's fields in their order. What is no JSON at
/// all is left to the parser, which says where it went wrong.
fn check_object(bytes: &[u8]) -> Result<(), ApiError> {
    let is_object = bytes
        .trim_ascii_start()
        .first()
        .is_none_or(|first| *first == b'{');
    if !is_object && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
        return Err(ApiError::bad_request(
            "the body must be a JSON object, as in {}",
        ));
    }
    Ok(())
}
