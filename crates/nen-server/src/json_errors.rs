//! The last net: whatever answers an error in another shape (an unknown path, a wrong method, a library's rejection, a
//! desktop's controller) answers it as `{"error": …}` after all.

use crate::error::{ApiError, shown};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::Arc;

/// The methods of every path.
pub(crate) type Methods = Arc<HashMap<String, String>>;

/// Middleware: gives errors without a JSON or HTML body a JSON one; status and headers stay.
pub(crate) async fn ensure(
    State(methods): State<Methods>,
    request: Request,
    next: Next,
) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || has_own_body(response.headers()) {
        return response;
    }
    let message = match status {
        StatusCode::NOT_FOUND => format!("no such path {}, see /docs", shown(&path)),
        StatusCode::METHOD_NOT_ALLOWED => {
            let allowed = route.as_ref().and_then(|route| methods.get(route.as_str()));
            format!(
                "{method} is not possible here, use {}",
                allowed.map_or("GET", String::as_str)
            )
        }
        other => other.canonical_reason().unwrap_or("error").to_lowercase(),
    };
    let kept = response.headers().clone();
    let mut answer = ApiError::new(status, message).into_response();
    for name in [
        header::ALLOW,
        header::RETRY_AFTER,
        header::CONTENT_RANGE,
        header::CONNECTION,
    ] {
        if let Some(value) = kept.get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

fn has_own_body(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    kind.starts_with("application/json") || kind.starts_with("text/html")
}
