//! How long a request may take until its answer begins.

use crate::error::ApiError;
use crate::state::AppState;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// For everything that is not named below.
const USUAL: Duration = Duration::from_secs(60);
/// What may wait for a desktop or a sandbox to start, behind others that start: a call to a paused desktop does.
const STARTS: Duration = Duration::from_secs(300);
/// What reads a large body; how slow that may come is for [`slow_body`](crate::slow_body) to say.
const UPLOAD: Duration = Duration::from_secs(2 * 3600);
/// What works with a model: it has a deadline of its own, of half an hour.
const MODEL: Duration = Duration::from_secs(1900);
/// Beyond what an action itself may take.
const MARGIN: Duration = Duration::from_secs(30);

/// Middleware: 504 where the limit of the route is reached. What was begun is given up like that of a caller who hangs up.
pub(crate) async fn keep(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let action = state.config().execute_timeout;
    let limit = route.map_or(USUAL, |route| {
        of(request.method().as_str(), route.as_str(), action)
    });
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(
            StatusCode::GATEWAY_TIMEOUT,
            format!(
                "this took longer than the {} s that it may",
                limit.as_secs()
            ),
        )
        .into_response(),
    }
}

/// The limit of a route.
fn of(method: &str, route: &str, action: Duration) -> Duration {
    let is = |list: &[(&str, &str)]| list.contains(&(method, route));
    if is(ACTS) {
        action + MARGIN
    } else if is(WORKS_WITH_MODEL) {
        MODEL
    } else if is(UPLOADS) {
        UPLOAD
    } else if route.starts_with("/desktops") || is(DRAWS) || is(IMPORTS) {
        STARTS
    } else {
        USUAL
    }
}

const ACTS: &[(&str, &str)] = &[
    ("POST", "/desktops/{id}/execute"),
    ("POST", "/desktops/{id}/calls"),
];
const WORKS_WITH_MODEL: &[(&str, &str)] = &[
    ("POST", "/desktops/{id}/agent/execute"),
    ("POST", "/desktops/{id}/agent/verify"),
    ("POST", "/desktops/{id}/agent/extract"),
    // Its tools are all of these.
    ("POST", "/mcp"),
];
const UPLOADS: &[(&str, &str)] = &[
    ("POST", "/desktops/{id}/files/{name}"),
    ("PUT", "/desktops/{id}/fs/content"),
];
const DRAWS: &[(&str, &str)] = &[("GET", "/runs/{id}/replay.webp")];
const IMPORTS: &[(&str, &str)] = &[("POST", "/workflows"), ("PUT", "/workflows/{id}")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_there() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        for (method, route) in [ACTS, WORKS_WITH_MODEL, UPLOADS, DRAWS, IMPORTS].concat() {
            let operation = &document["paths"][route][method.to_lowercase()];
            assert!(operation.is_object(), "{method} {route}");
        }
    }

    #[test]
    fn everything_has_a_limit_and_an_action_may_take_its_time() {
        let action = Duration::from_secs(330);
        assert_eq!(of("GET", "/keys", action), USUAL);
        assert_eq!(of("DELETE", "/desktops/{id}", action), STARTS);
        assert!(of("POST", "/desktops/{id}/execute", action) > action);
    }
}
