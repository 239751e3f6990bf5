//! `GET /metrics`.

use crate::auth::Operator;
use crate::error::ApiError;
use crate::metrics::CONTENT_TYPE;
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderName, header};

/// See the server's metrics
///
/// In the text format of OpenMetrics, for Prometheus. They are of the whole server, whatever the workspace, so they need an
/// admin key of the default workspace.
#[utoipa::path(
    get, path = "/metrics", tag = "Server", operation_id = "getMetrics",
    responses(
        (status = 200, description = "The metrics.", content_type = "application/openmetrics-text", body = String),
        (status = 403, description = "The key lacks the scope admin, or is of another workspace than the default one.", body = nen_protocol::ErrorBody),
    ),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Operator(_caller): Operator,
) -> Result<([(HeaderName, &'static str); 1], String), ApiError> {
    let text = state.metrics().text(&state).await;
    let text = text.map_err(|error| ApiError::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text))
}
