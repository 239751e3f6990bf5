use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use nen_protocol::files::MAX_UPLOAD;

use crate::app_state::AppState;
use crate::routes::{
    claim, events, execute, files, fs, fs_content, health, launch, rfb, screenshot, tools,
};

pub(crate) fn router(state: AppState) -> Router {
    let limit = usize::try_from(MAX_UPLOAD).unwrap_or(usize::MAX);
    Router::new()
        .route("/health", get(health::show))
        .route("/claim", post(claim::claim))
        .route("/tools", get(tools::list))
        .route("/execute", post(execute::execute))
        .route("/screenshot", get(screenshot::show))
        .route("/files", get(files::list))
        .route(
            "/files/{name}",
            get(files::download)
                .post(files::upload)
                .delete(files::delete),
        )
        .route("/fs", get(fs::list))
        .route(
            "/fs/content",
            get(fs_content::download).put(fs_content::upload),
        )
        .route("/rfb", get(rfb::open))
        .route("/events", get(events::stream))
        .route("/launch", post(launch::launch))
        .layer(DefaultBodyLimit::max(limit))
        .with_state(state)
}
