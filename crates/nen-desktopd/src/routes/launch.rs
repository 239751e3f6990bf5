use axum::extract::State;
use bytes::Bytes;
use http::StatusCode;
use nen_protocol::body;
use serde::Deserialize;

use crate::app_state::AppState;
use crate::failure::Failure;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Launch {
    app: String,
    /// Web addresses or paths to open.
    #[serde(default)]
    args: Vec<String>,
}

pub(crate) async fn launch(
    State(state): State<AppState>,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let launch: Launch = body::parse(&body)?;
    state
        .launcher
        .launch(&launch.app, &launch.args)
        .map_err(|error| Failure::new(StatusCode::BAD_REQUEST, error))?;
    Ok(StatusCode::NO_CONTENT)
}
