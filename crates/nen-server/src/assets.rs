//! The web pages, built by `make web` and embedded in the binary.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;
use std::fmt::Write;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
struct Dist;

/// The dashboard.
pub(crate) const DASHBOARD: &str = "dashboard/index.html";
/// The viewer page.
pub(crate) const VIEW_PAGE: &str = "view/index.html";
/// The API reference.
pub(crate) const DOCS_PAGE: &str = "docs/index.html";
/// Names carry a hash of the content, so a browser may keep them for good.
const HASHED: &str = "assets/";

/// Whether the web pages were built before the binary was.
#[must_use]
pub fn assets_built() -> bool {
    Dist::get(VIEW_PAGE).is_some()
}

/// A page, or a plain one that says how to build it.
pub(crate) fn page(name: &str, request: &HeaderMap) -> Response {
    match Dist::get(name) {
        Some(file) => answer(name, file, request),
        None => (
            StatusCode::NOT_FOUND,
            Html(
                "<!doctype html><title>Nen</title><p>This binary was built without its web pages. \
                 Run <code>make web</code>, then build again (<code>make build</code> does both).</p>",
            ),
        )
            .into_response(),
    }
}

/// A file of the web build; none when there is no such file.
pub(crate) fn file(path: &str, request: &HeaderMap) -> Option<Response> {
    Dist::get(path).map(|file| answer(path, file, request))
}

fn answer(path: &str, file: EmbeddedFile, request: &HeaderMap) -> Response {
    let etag = etag(&file);
    let known = request
        .get(header::IF_NONE_MATCH)
        .is_some_and(|seen| seen.as_bytes() == etag.as_bytes());
    let cache = if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = match file.data {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        };
        let mut response = body.into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type(path));
        response
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

fn content_type(path: &str) -> HeaderValue {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = if guess.type_() == "text" {
        format!("{guess}; charset=utf-8")
    } else {
        guess.to_string()
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

fn etag(file: &EmbeddedFile) -> String {
    let mut text = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..16] {
        // Writing to a string can not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('"');
    text
}
