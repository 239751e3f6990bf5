//! `/runs/{id}/webhooks`: what was sent and how it went.

use crate::auth::{WorkflowReader, WorkflowWriter};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nen_protocol::workflow::{Webhook, WebhookAttempt, WebhookDelivery, WebhookList};
use nen_runs::RunsError;
use nen_store::{AttemptRow, WebhookRow};

/// List a run's webhooks
///
/// In the order they are sent, each with all its attempts.
#[utoipa::path(
    get, path = "/runs/{id}/webhooks", tag = "Runs", operation_id = "listRunWebhooks",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11")),
    responses((status = 200, description = "The webhooks.", body = WebhookList, example = json!({"webhooks": [
        {"webhook_id": "msg_4f7c0z9k2mqa", "status": "processing", "url": "https://example.com/nen",
         "delivery": "delivered", "created_at": 1_743_447_260.3,
         "attempts": [{"number": 1, "at": 1_743_447_260.4, "duration_ms": 83.1, "status_code": 200}]}]}))),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf(id): PathOf<String>,
) -> Result<Json<WebhookList>, ApiError> {
    let run = state.runs().run(caller.workspace(), &id).await?;
    let webhooks = of_run(&state, &run.id).await?;
    Ok(Json(WebhookList { webhooks }))
}

/// Send a webhook again
///
/// At once, and with all repetitions ahead of it should that fail; whether it was delivered before or not. It has the
/// same `webhook-id`, so that its receiver can tell.
#[utoipa::path(
    post, path = "/runs/{id}/webhooks/{webhook_id}/resend", tag = "Runs", operation_id = "resendRunWebhook",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"),
        ("webhook_id" = String, Path, description = "Id of the webhook.", example = "msg_4f7c0z9k2mqa")),
    responses((status = 202, description = "It is on its way.", body = Webhook)),
    security(("bearer" = ["workflows:write"])),
)]
pub(crate) async fn resend(
    State(state): State<AppState>,
    WorkflowWriter(caller): WorkflowWriter,
    PathOf((id, webhook_id)): PathOf<(String, String)>,
) -> Result<(StatusCode, Json<Webhook>), ApiError> {
    let run = state.runs().run(caller.workspace(), &id).await?;
    state.runs().send_again(&run.id, &webhook_id).await?;
    let webhooks = of_run(&state, &run.id).await?;
    let sent = webhooks
        .into_iter()
        .find(|webhook| webhook.webhook_id == webhook_id);
    // Forgotten in between, with its run.
    let sent = sent.ok_or(RunsError::NotFound {
        what: "webhook",
        id: webhook_id,
    })?;
    Ok((StatusCode::ACCEPTED, Json(sent)))
}

async fn of_run(state: &AppState, run_id: &str) -> Result<Vec<Webhook>, ApiError> {
    let found = state.store().webhooks().of_run(run_id).await;
    let found = found.map_err(|error| ApiError::internal(&error))?;
    Ok(found.into_iter().map(view).collect())
}

fn view((row, attempts): (WebhookRow, Vec<AttemptRow>)) -> Webhook {
    let pending = row.delivery == WebhookDelivery::Pending;
    Webhook {
        webhook_id: row.id,
        status: row.status,
        url: row.url,
        delivery: row.delivery,
        next_attempt_at: pending.then(|| seconds(row.next_ms)),
        created_at: seconds(row.created_ms),
        attempts: attempts.into_iter().map(attempt).collect(),
    }
}

fn attempt(row: AttemptRow) -> WebhookAttempt {
    WebhookAttempt {
        number: row.number,
        at: seconds(row.at_ms),
        duration_ms: row.duration_ms,
        status_code: row.status_code,
        error: row.error,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit for 280 000 years"
)]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
