//! The pages' scripts, styles and images, the dashboard and the viewer page.

use crate::assets;
use crate::error::ApiError;
use crate::extract::PathOf;
use axum::http::HeaderMap;
use axum::response::Response;

/// A file the pages load.
pub(crate) async fn file(
    PathOf(path): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    assets::file(&format!("assets/{path}"), &headers)
        .ok_or_else(|| ApiError::not_found("no such file"))
}

/// The viewer page. It is the same for every desktop: what it may show is in the token behind the `#`, which the browser
/// keeps to itself.
pub(crate) async fn viewer(headers: HeaderMap) -> Response {
    assets::page(assets::VIEW_PAGE, &headers)
}

/// The dashboard. It is the same for everybody: whoever signs in sees what is his.
pub(crate) async fn dashboard(headers: HeaderMap) -> Response {
    assets::page(assets::DASHBOARD, &headers)
}
