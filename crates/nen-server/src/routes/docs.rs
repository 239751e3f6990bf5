//! `/openapi.json`, `/docs` and `/`.

use crate::assets;
use axum::Json;
use axum::extract::Extension;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

/// This document
///
/// OpenAPI 3.1, made from the code. Needs no key.
#[utoipa::path(
    get, path = "/openapi.json", tag = "Server", operation_id = "getOpenApi",
    responses((status = 200, description = "The document.", body = Object)),
    security(()),
)]
pub(crate) async fn openapi(Extension(document): Extension<Arc<OpenApi>>) -> Json<Arc<OpenApi>> {
    Json(document)
}

/// The page that shows the document.
pub(crate) async fn page(headers: HeaderMap) -> Response {
    assets::page(assets::DOCS_PAGE, &headers)
}
