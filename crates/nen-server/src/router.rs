//! All routes and what stands before them. Wiring only.

use crate::openapi;
use crate::routes::{
    assets, desktops, docs, events, execute, files, health, keys, pause, resume, screenshot,
    session, tool_logs, tools, view, view_events, view_state, view_takeover,
};
use crate::state::AppState;
use crate::{auth, cors, json_errors, origin, security_headers, unread_body};
use axum::Router;
use axum::extract::Extension;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes that stand in the OpenAPI document.
pub(crate) fn documented() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(desktops::create, desktops::list))
        .routes(routes!(desktops::get, desktops::rename, desktops::delete))
        .routes(routes!(pause::pause))
        .routes(routes!(resume::resume))
        .routes(routes!(events::follow))
        .routes(routes!(tools::list))
        .routes(routes!(execute::execute))
        .routes(routes!(tool_logs::list))
        .routes(routes!(screenshot::get))
        .routes(routes!(session::open, session::get, session::end))
        .routes(routes!(view::watch))
        .routes(routes!(view_state::get))
        .routes(routes!(view_events::follow))
        .routes(routes!(view_takeover::take, view_takeover::give_back))
        .routes(routes!(files::list))
        .routes(routes!(files::download, files::upload, files::delete))
        .routes(routes!(keys::create, keys::list))
        .routes(routes!(keys::revoke))
        .routes(routes!(health::get))
        .routes(routes!(docs::openapi))
}

/// The whole HTTP surface.
pub fn router(state: AppState) -> Router {
    let (routes, document) = documented().split_for_parts();
    let document = Arc::new(openapi::finished(document));
    let methods = Arc::new(openapi::methods(&document));
    let cors = cors::layer(state.config());
    let routes = routes
        .route("/", get(docs::front))
        .route("/docs", get(docs::page))
        .route("/view/{id}", get(assets::viewer))
        .route("/assets/{*path}", get(assets::file))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(Extension(document))
        // The first that is added stands nearest to the routes.
        .layer(from_fn_with_state(state.clone(), auth::require_key));
    let routes = match cors {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    routes
        .layer(from_fn_with_state(state.clone(), origin::check))
        .layer(from_fn_with_state(methods, json_errors::ensure))
        .layer(from_fn(unread_body::read))
        .layer(from_fn_with_state(state.clone(), security_headers::add))
        .layer(from_fn(crate::access_log::write))
        .with_state(state)
}
