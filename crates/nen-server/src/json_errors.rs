//! The last net: whatever answers an error in another shape (an unknown path, a wrong method, a library's rejection, a
//! desktop's controller) answers it as `{"error": …}` after all; and on the workflow surface every error, from wherever
//! it comes, as `{"error": …, "message": …}`.

use crate::error::{ApiError, shown};
use crate::surface;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::Arc;

/// The methods of every path.
pub(crate) type Methods = Arc<HashMap<String, String>>;

/// Middleware: gives errors without a JSON or HTML body a JSON one, and all the one of their surface; status and headers
/// stay.
pub(crate) async fn ensure(
    State(methods): State<Methods>,
    request: Request,
    next: Next,
) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let known = response.extensions_mut().remove::<ApiError>();
    if known.is_none() && has_own_body(response.headers()) {
        return response;
    }
    let error = match known {
        Some(error) if surface::is_workflows(&path) => error,
        Some(_) => return response,
        None => {
            let message = message(status, &method, &path, route.as_ref(), &methods);
            let error = ApiError::new(status, message);
            response = shaped(error.clone(), response.headers());
            error
        }
    };
    if surface::is_workflows(&path) {
        response = for_workflows(error, response);
    }
    response
}

/// What an error says that came without a text of ours.
fn message(
    status: StatusCode,
    method: &Method,
    path: &str,
    route: Option<&MatchedPath>,
    methods: &Methods,
) -> String {
    match status {
        StatusCode::NOT_FOUND => format!("no such path {}, see /docs", shown(path)),
        StatusCode::METHOD_NOT_ALLOWED => {
            let allowed = route.and_then(|route| methods.get(route.as_str()));
            format!(
                "{method} is not possible here, use {}",
                allowed.map_or("GET", String::as_str)
            )
        }
        StatusCode::PRECONDITION_FAILED => {
            "it is not the one that If-Match or If-Unmodified-Since wants, ETag says which it is"
                .into()
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            "there is no such part, Content-Range says how much there is".into()
        }
        other => other.canonical_reason().unwrap_or("error").to_lowercase(),
    }
}

/// The answer to an error with those headers of the first answer that mean something still.
fn shaped(error: ApiError, kept: &HeaderMap) -> Response {
    let mut answer = error.into_response();
    for name in [
        header::ALLOW,
        header::RETRY_AFTER,
        header::CONTENT_RANGE,
        header::CONNECTION,
        header::ETAG,
    ] {
        if let Some(value) = kept.get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

/// The same answer with the body of the workflow surface.
fn for_workflows(error: ApiError, response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let body = serde_json::to_string(&error.into_workflow_body()).unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    let kind = HeaderValue::from_static("application/json");
    parts.headers.insert(header::CONTENT_TYPE, kind);
    Response::from_parts(parts, Body::from(body))
}

fn has_own_body(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    kind.starts_with("application/json") || kind.starts_with("text/html")
}
