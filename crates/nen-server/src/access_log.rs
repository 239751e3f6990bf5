//! One line per request in the server's log. Never the query: viewer tokens stand there.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;

/// Middleware: logs route, status and time to the head of the answer.
pub(crate) async fn write(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let response = next.run(request).await;
    let (status, elapsed_ms) = (
        response.status().as_u16(),
        began.elapsed().as_secs_f64() * 1000.0,
    );
    tracing::info!(%method, route, status, elapsed_ms, "Request answered");
    response
}
