//! `GET /desktops/{id}/view`: the screen over a WebSocket.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::state::AppState;
use crate::viewer::access::{self, TokenQuery};
use crate::viewer::proxy;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Extension, State};
use axum::response::Response;
use nen_protocol::ErrorBody;

/// Largest message a viewer may send, bytes: a pasted text at most.
const LARGEST_MESSAGE: usize = 1 << 20;

/// Watch a desktop
///
/// A WebSocket (subprotocol `binary`) that carries RFB 3.8 in binary messages, for noVNC and other VNC clients. Takes
/// the token of a session's link, or else a key with `desktops:read`. The server swallows the input of viewers who may
/// only see the screen.
#[utoipa::path(
    get, path = "/desktops/{id}/view", tag = "Live view", operation_id = "watchDesktop",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), TokenQuery),
    responses(
        (status = 101, description = "The screen, until the session ends."),
        (status = 429, description = "The desktop has as many viewers as it may.", body = ErrorBody),
        (status = 502, description = "The desktop failed.", body = ErrorBody),
        (status = 504, description = "The desktop did not answer in time.", body = ErrorBody),
    ),
    security(("viewer_token" = []), ("bearer" = ["desktops:read"])),
)]
pub(crate) async fn watch(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(token): QueryOf<TokenQuery>,
    caller: Option<Extension<Caller>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let caller = caller.map(|caller| caller.0);
    // Counted before the token is checked: a session deleted right now disconnects this viewer, or is not found.
    let connection =
        state
            .viewers()
            .enter(&id, state.config().max_viewer_connections, caller.clone());
    let connection = connection
        .ok_or_else(|| ApiError::too_many("this desktop has as many viewers as it may"))?;
    let access = access::check(&state, &id, &token, caller).await?;
    let upgrade =
        upgrade.map_err(|_| ApiError::bad_request("this is a WebSocket, open it as one"))?;
    let rfb = state.fleet().rfb(&access.desktop.workspace_id, &id).await?;
    let upgrade = upgrade
        .protocols(["binary"])
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| proxy::run(state, access, connection, socket, rfb)))
}
