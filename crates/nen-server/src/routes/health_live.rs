//! `GET /health/live`.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The process lives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Live {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Ask whether the process lives
///
/// Needs no key. Nothing else is looked at: where this is not answered, only a new start helps.
#[utoipa::path(
    get, path = "/health/live", tag = "Server", operation_id = "getLiveness",
    responses((status = 200, description = "It lives.", body = Live)),
    security(()),
)]
pub(crate) async fn get() -> Json<Live> {
    Json(Live { status: "ok" })
}
