//! Cross-origin requests: off unless origins are configured.

use crate::config::ServerConfig;
use axum::http::{HeaderName, HeaderValue, Method, header};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// What lets pages of the configured origins call the API; none when there are none. Cookies are never part of it.
pub(crate) fn layer(config: &ServerConfig) -> Option<CorsLayer> {
    if config.cors_origins.is_empty() {
        return None;
    }
    let origins = if config.cors_origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(
            config
                .cors_origins
                .iter()
                .filter_map(|origin| HeaderValue::from_str(origin).ok()),
        )
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            HeaderName::from_static("x-api-key"),
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("x-hmac-signature"),
            header::RANGE,
            header::IF_RANGE,
            header::IF_NONE_MATCH,
            HeaderName::from_static("last-event-id"),
            crate::request_id::X_REQUEST_ID,
            HeaderName::from_static("mcp-protocol-version"),
            HeaderName::from_static("mcp-session-id"),
            HeaderName::from_static("mcp-method"),
            HeaderName::from_static("mcp-name"),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            header::CONTENT_RANGE,
            header::ACCEPT_RANGES,
            HeaderName::from_static("idempotent-replayed"),
            crate::request_id::X_REQUEST_ID,
            HeaderName::from_static("mcp-session-id"),
        ])
        .max_age(Duration::from_secs(600));
    Some(layer)
}
