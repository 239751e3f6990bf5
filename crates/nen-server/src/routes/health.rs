//! `GET /health`.

use crate::error::ApiError;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nen_protocol::ErrorBody;
use serde::Serialize;
use utoipa::ToSchema;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// Version of the server.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// Ask whether the server works
///
/// Needs no key. 200 when the server answers and its database does.
#[utoipa::path(
    get, path = "/health", tag = "Server", operation_id = "getHealth",
    responses(
        (status = 200, description = "It works.", body = Health),
        (status = 503, description = "The database does not answer.", body = ErrorBody),
    ),
    security(()),
)]
pub(crate) async fn get(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    if let Err(text) = state.readiness().database(&state).await {
        return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, text).retry_after(5));
    }
    Ok(Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    }))
}
