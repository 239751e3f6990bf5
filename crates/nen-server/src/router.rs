//! All routes and what stands before them. Wiring only.

use crate::inside_api::InsideApi;
use crate::openapi;
use crate::routes::{
    agent, all_events, assets, audit, auth as auth_routes, auth_links, calls, desktop_replay,
    desktops, docs, events, execute, files, fs, fs_content, health, health_live, health_ready,
    keys, mcp, metrics, model_budget, model_use, models, network, pause, resume, run_assets,
    run_cancel, run_logs, run_replay, run_screenshots, run_steps, run_webhooks, runs, screenshot,
    session, settings, tool_log_screenshot, tool_logs, tools, usage, view, view_events, view_state,
    view_takeover, workflow_versions, workflows,
};
use crate::state::AppState;
use crate::{
    auth, cors, json_errors, origin, security_headers, slow_body, time_limit, unread_body,
};
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
    api().routes(routes!(mcp::speak))
}

/// Those that the tools of MCP are made of.
fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(desktops::create, desktops::list))
        .routes(routes!(desktops::get, desktops::rename, desktops::delete))
        .routes(routes!(pause::pause))
        .routes(routes!(resume::resume))
        .routes(routes!(events::follow))
        .routes(routes!(all_events::follow))
        .routes(routes!(desktop_replay::get))
        .routes(routes!(desktop_replay::animation))
        .routes(routes!(tools::list))
        .routes(routes!(execute::execute))
        .routes(routes!(calls::perform))
        .routes(routes!(agent::execute))
        .routes(routes!(agent::verify))
        .routes(routes!(agent::extract))
        .routes(routes!(tool_logs::list))
        .routes(routes!(tool_log_screenshot::get))
        .routes(routes!(models::list))
        .routes(routes!(screenshot::get))
        .routes(routes!(session::open, session::get, session::end))
        .routes(routes!(view::watch))
        .routes(routes!(view_state::get))
        .routes(routes!(view_events::follow))
        .routes(routes!(view_takeover::take, view_takeover::give_back))
        .routes(routes!(files::list))
        .routes(routes!(files::download, files::upload, files::delete))
        .routes(routes!(fs::list))
        .routes(routes!(fs_content::download, fs_content::upload))
        .routes(routes!(workflows::upload, workflows::list))
        .routes(routes!(
            workflows::get,
            workflows::publish,
            workflows::delete
        ))
        .routes(routes!(workflow_versions::list))
        .routes(routes!(workflow_versions::rollback))
        .routes(routes!(runs::start, runs::list))
        .routes(routes!(runs::get))
        .routes(routes!(run_cancel::cancel))
        .routes(routes!(run_logs::get))
        .routes(routes!(run_steps::list))
        .routes(routes!(run_screenshots::get))
        .routes(routes!(run_replay::get))
        .routes(routes!(run_replay::animation))
        .routes(routes!(run_assets::download))
        .routes(routes!(run_webhooks::list))
        .routes(routes!(run_webhooks::resend))
        .routes(routes!(settings::get))
        .routes(routes!(settings::rotate_webhook_secret))
        .routes(routes!(settings::rotate_signing_secret))
        .routes(routes!(model_budget::set))
        .routes(routes!(network::set))
        .routes(routes!(model_use::get))
        .routes(routes!(usage::get))
        .routes(routes!(
            auth_routes::sign_in,
            auth_routes::identity,
            auth_routes::sign_out
        ))
        .routes(routes!(auth_links::create))
        .routes(routes!(keys::create, keys::list))
        .routes(routes!(keys::revoke))
        .routes(routes!(health::get))
        .routes(routes!(health_live::get))
        .routes(routes!(health_ready::get))
        .routes(routes!(metrics::get))
        .routes(routes!(audit::list))
        .routes(routes!(docs::openapi))
}

/// The whole HTTP surface.
pub fn router(state: AppState) -> Router {
    // The tools of MCP call what every caller can, with all that stands before it.
    let inside = InsideApi(surface(api(), state.clone()));
    surface(documented().layer(Extension(inside)), state)
}

/// Routes with all that stands before them.
fn surface(routes: OpenApiRouter<AppState>, state: AppState) -> Router {
    let (routes, document) = routes.split_for_parts();
    let document = Arc::new(openapi::finished(document));
    let methods = Arc::new(openapi::methods(&document));
    let cors = cors::layer(state.config());
    let routes = routes
        .route("/", get(assets::dashboard))
        .route("/docs", get(docs::page))
        .route("/view/{id}", get(assets::viewer))
        .route("/assets/{*path}", get(assets::file))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(Extension(document))
        // The first that is added stands nearest to the routes.
        .layer(from_fn_with_state(state.clone(), auth::require_key))
        .layer(from_fn_with_state(state.clone(), time_limit::keep))
        .layer(from_fn(slow_body::refuse));
    let routes = match cors {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    routes
        .layer(from_fn_with_state(state.clone(), origin::check))
        .layer(from_fn_with_state(methods, json_errors::ensure))
        .layer(from_fn(unread_body::read))
        .layer(from_fn_with_state(state.clone(), security_headers::add))
        .layer(from_fn_with_state(state.clone(), crate::access_log::write))
        .layer(from_fn(crate::trace::request))
        .layer(from_fn(crate::request_id::name))
        .with_state(state)
}
