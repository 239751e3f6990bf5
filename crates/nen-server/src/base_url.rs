//! Where this server is reached from outside, for links.

use crate::error::ApiError;
use crate::origin::host_of;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// Scheme, host and port without a trailing slash: the configured public URL, else from the request's `Host`.
#[derive(Debug)]
pub(crate) struct BaseUrl(pub(crate) String);

impl FromRequestParts<AppState> for BaseUrl {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if let Some(url) = &state.config().public_url {
            return Ok(Self(url.trim_end_matches('/').to_owned()));
        }
        let host = host_of(&parts.uri, &parts.headers)
            .filter(|host| {
                host.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b))
            })
            .ok_or_else(|| ApiError::bad_request("the Host header is missing or unreadable"))?;
        let scheme = match state.config().is_https() {
            true => "https",
            false => "http",
        };
        Ok(Self(format!("{scheme}://{host}")))
    }
}
