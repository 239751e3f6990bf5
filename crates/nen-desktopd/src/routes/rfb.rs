use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, UPGRADE};
use http::{HeaderMap, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use crate::app_state::AppState;
use crate::failure::Failure;

/// The X server's RFB stream, raw after the upgrade.
pub(crate) async fn open(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Failure> {
    if !asks_for_rfb(request.headers()) {
        return Err(Failure::new(
            StatusCode::UPGRADE_REQUIRED,
            "this speaks RFB: send Connection: upgrade and Upgrade: rfb",
        ));
    }
    let mut server = UnixStream::connect(state.config.rfb_socket())
        .await
        .map_err(Failure::internal)?;
    let upgrade = hyper::upgrade::on(request);
    tokio::spawn(async move {
        let outcome = match upgrade.await {
            Ok(viewer) => {
                let mut viewer = TokioIo::new(viewer);
                let copied = tokio::io::copy_bidirectional(&mut viewer, &mut server).await;
                copied.map(drop).map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = outcome {
            tracing::debug!(error, "A viewer's connection broke");
        }
    });
    let headers = [(CONNECTION, "upgrade"), (UPGRADE, "rfb")];
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers).into_response())
}

fn asks_for_rfb(headers: &HeaderMap) -> bool {
    headers
        .get(UPGRADE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.eq_ignore_ascii_case("rfb"))
}
