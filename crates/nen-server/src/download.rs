//! Bytes from a desktop or a run that a browser must not take for a page of this server.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use nen_protocol::segment::escaped;

/// Makes an answer a download of this name: whatever is in it, a browser saves it and runs nothing of it.
pub(crate) fn save_as(name: &str, answer: &mut Response) {
    let saved = format!("attachment; filename*=UTF-8''{}", escaped(name));
    let headers = answer.headers_mut();
    if let Ok(saved) = HeaderValue::from_str(&saved) {
        headers.insert(header::CONTENT_DISPOSITION, saved);
    }
    let policy = HeaderValue::from_static("sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
}
