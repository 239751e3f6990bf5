//! `PUT /settings/network`: what the workspace's desktops and workflows may reach.

use crate::auth::Admin;
use crate::doer::By;
use crate::error::ApiError;
use crate::extract::{JSON_LIMIT, workflow_body};
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use nen_protocol::body;
use nen_protocol::network::{SetWorkspaceNetwork, WorkspaceNetwork};
use nen_protocol::workflow::WorkflowErrorBody;

/// Limit what desktops and workflows may reach
///
/// The widest network of the workspace: a desktop that is created without `network` gets it, and one that asks for more is
/// refused with 403. Workflows that declare a network get it for their sandbox, and do not run where it is `none`. It holds
/// for desktops and runs that begin from now on; those that exist keep what they have. `null` is `internet`.
#[utoipa::path(
    put, path = "/settings/network", tag = "Settings", operation_id = "setWorkspaceNetwork",
    request_body(content = SetWorkspaceNetwork, example = json!({"network": {"allow": ["example.com", "*.example.com:443"]}})),
    responses(
        (status = 200, description = "The network, each entry as it is understood.", body = WorkspaceNetwork,
            example = json!({"network": {"allow": ["example.com", "*.example.com:443"]}})),
        (status = 400, description = "An entry is none, or private; the message says which.", body = WorkflowErrorBody),
    ),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn set(
    State(state): State<AppState>,
    Admin(caller): Admin,
    By(doer): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WorkspaceNetwork>, ApiError> {
    let bytes = workflow_body(&headers, body, JSON_LIMIT).await?;
    let wanted: SetWorkspaceNetwork = body::parse(&bytes)?;
    let runs = state.runs().by(doer);
    let set = runs.set_network(caller.workspace(), wanted.network);
    Ok(Json(set.await?))
}
