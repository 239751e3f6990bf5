//! One line per request in the server's log, and its count. Never the query: viewer tokens stand there.

use crate::state::AppState;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;

/// Middleware: logs route, status and time to the head of the answer.
pub(crate) async fn write(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let response = next.run(request).await;
    let (status, took) = (response.status(), began.elapsed());
    state
        .metrics()
        .http()
        .answered(&route, &method, status, took);
    let (status, elapsed_ms) = (status.as_u16(), took.as_secs_f64() * 1000.0);
    tracing::info!(%method, route, status, elapsed_ms, "Request answered");
    response
}
