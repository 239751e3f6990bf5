//! `/settings`: the two secrets of a workspace, and its budget at a glance.

use crate::auth::Admin;
use crate::doer::By;
use crate::error::ApiError;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use nen_protocol::workflow::{NewSecret, WorkspaceSettings};
use nen_runs::Purpose;
use nen_store::Doer;

/// Look at the settings
///
/// Of the secrets, only how they end and how old they are; what models may cost in a month, and have cost in this one.
#[utoipa::path(
    get, path = "/settings", tag = "Settings", operation_id = "getSettings",
    responses((status = 200, description = "The settings.", body = WorkspaceSettings, example = json!({
        "workspace_id": "ws_default",
        "webhook_secret": {"hint": "…x9Qa", "created_at": 1_743_447_260},
        "signing_secret": {"hint": "…b0Zk", "created_at": 1_743_533_660, "previous_valid_until": 1_743_620_060},
        "budget": {"max_cost_usd": 50.0, "spent_usd": 12.34, "period_start": 1_740_787_200, "period_end": 1_743_465_600}}))),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Admin(caller): Admin,
) -> Result<Json<WorkspaceSettings>, ApiError> {
    Ok(Json(state.runs().settings(caller.workspace()).await?))
}

/// Make a new webhook secret
///
/// It signs all webhooks from now on and is shown only this once. The one before stays valid for 24 h: until then
/// `webhook-signature` holds a signature by each.
#[utoipa::path(
    post, path = "/settings/webhook-secret/rotate", tag = "Settings", operation_id = "rotateWebhookSecret",
    responses((status = 200, description = "The new secret.", body = NewSecret, example = json!({
        "secret": "whsec_…", "previous_valid_until": 1_743_533_660}))),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn rotate_webhook_secret(
    State(state): State<AppState>,
    Admin(caller): Admin,
    By(doer): By,
) -> Result<Json<NewSecret>, ApiError> {
    rotate(&state, doer, caller.workspace(), Purpose::Webhook).await
}

/// Make a new signing secret
///
/// Requests with `secure_workflow_params` are signed with it. It is shown only this once; the one before stays valid for
/// 24 h.
#[utoipa::path(
    post, path = "/settings/signing-secret/rotate", tag = "Settings", operation_id = "rotateSigningSecret",
    responses((status = 200, description = "The new secret.", body = NewSecret, example = json!({
        "secret": "nensig_…", "previous_valid_until": 1_743_533_660}))),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn rotate_signing_secret(
    State(state): State<AppState>,
    Admin(caller): Admin,
    By(doer): By,
) -> Result<Json<NewSecret>, ApiError> {
    rotate(&state, doer, caller.workspace(), Purpose::Signing).await
}

async fn rotate(
    state: &AppState,
    doer: Doer,
    workspace: &str,
    purpose: Purpose,
) -> Result<Json<NewSecret>, ApiError> {
    Ok(Json(
        state.runs().by(doer).rotate(workspace, purpose).await?,
    ))
}
