//! Query strings.

use crate::error::ApiError;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

/// Query parameters; types with `deny_unknown_fields` refuse the others by name.
#[derive(Debug)]
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let raw = parts.uri.query().unwrap_or("");
        if percent_decode_str(raw).decode_utf8().is_err() {
            return Err(ApiError::bad_request(
                "the query is not percent-encoded UTF-8",
            ));
        }
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let text = rejection.body_text();
                let reason = text
                    .split_once(": ")
                    .map_or(text.as_str(), |(_, reason)| reason);
                // The standard library's words for a number that is none.
                let reason = reason
                    .replace("invalid digit found in string", "must be a whole number")
                    .replace(
                        "cannot parse integer from empty string",
                        "must be a whole number",
                    );
                Err(ApiError::bad_request(format!("query: {reason}")))
            }
        }
    }
}
