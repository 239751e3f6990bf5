use axum::extract::State;
use bytes::Bytes;
use http::StatusCode;
use nen_protocol::{body, tools};
use serde::Deserialize;

use crate::app_state::AppState;
use crate::failure::Failure;

/// What a cold start would have read from its configuration. That file is read once and stays as it was.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    tools: Vec<String>,
    /// A web page to open at once.
    #[serde(default)]
    start_url: Option<String>,
}

/// Makes a desktop that was started for nobody somebody's. Only once: programs inside can reach this, too.
pub(crate) async fn claim(
    State(state): State<AppState>,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let claim: Claim = body::parse(&body)?;
    tools::check(&claim.tools)?;
    if !state.offer.settle(claim.tools) {
        return Err(Failure::new(
            StatusCode::CONFLICT,
            "this desktop is somebody's already",
        ));
    }
    if let Some(url) = claim.start_url {
        state
            .launcher
            .launch("chromium", &[url])
            .map_err(Failure::internal)?;
    }
    Ok(StatusCode::NO_CONTENT)
}
