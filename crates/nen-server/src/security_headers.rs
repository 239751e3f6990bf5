//! Headers that keep answers from being misused in a browser.

use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// What pages may load: only what this server sends. noVNC draws cursors from `data:` images.
const PAGE: &str = "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; \
                    base-uri 'none'; form-action 'self'";

/// Middleware: `nosniff` and no referrer everywhere, a strict content security policy on pages.
///
/// The viewer page may be embedded by the pages of `frame_ancestors`, every other page by none. Answers that bring their
/// own policy keep it.
pub(crate) async fn add(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_viewer = request.uri().path().starts_with("/view/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let ancestors = if is_viewer {
            state.config().frame_ancestors.as_str()
        } else {
            "'none'"
        };
        if let Ok(policy) = HeaderValue::from_str(&format!("{PAGE}; frame-ancestors {ancestors}")) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if !is_viewer {
            set(headers, header::X_FRAME_OPTIONS, "DENY");
        }
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}
