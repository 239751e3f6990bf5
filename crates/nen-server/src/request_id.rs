//! A name for each request, by which its caller, the log and whoever is asked for help speak of the same one.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

/// The header, in requests and in answers.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id of a caller's own that is kept, in bytes.
const LONGEST: usize = 128;

/// Middleware: gives every request an id unless it brought a good one, puts it into every line that is logged meanwhile,
/// and into the answer.
pub(crate) async fn name(mut request: Request, next: Next) -> Response {
    let id = match own(request.headers()) {
        Some(id) => id,
        None => fresh(),
    };
    request.headers_mut().insert(X_REQUEST_ID, id.clone());
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    let mut response = next.run(request).instrument(span).await;
    response.headers_mut().insert(X_REQUEST_ID, id);
    response
}

/// The caller's, when it can stand in a log.
fn own(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(X_REQUEST_ID)?;
    let legal = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let fits = (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(legal);
    fits.then(|| id.clone())
}

fn fresh() -> HeaderValue {
    // Only a machine without random numbers has none, and then nothing depends on the name.
    let id = nen_store::random_id("req").unwrap_or_default();
    HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("req_unknown"))
}
