//! `GET /health/ready`.

use crate::readiness::Checks;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// When to ask again, in seconds.
const AGAIN: u8 = 5;

/// Whether requests should come here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready {
    /// `ready` or `unready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Why not; absent when ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Each thing that was looked at.
    checks: ReadyChecks,
}

/// What was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyChecks {
    /// The server takes requests and is not being stopped.
    serving: ReadyCheck,
    /// The database answers.
    database: ReadyCheck,
    /// Desktops can be started on this machine.
    desktops: ReadyCheck,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyCheck {
    /// Whether it is as it should be.
    ok: bool,
    /// What is wrong; absent when nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl From<Result<(), String>> for ReadyCheck {
    fn from(found: Result<(), String>) -> Self {
        Self {
            ok: found.is_ok(),
            error: found.err(),
        }
    }
}

impl From<Checks> for Ready {
    fn from(found: Checks) -> Self {
        let checks = ReadyChecks {
            serving: found.serving.into(),
            database: found.database.into(),
            desktops: found.desktops.into(),
        };
        let all = [&checks.serving, &checks.database, &checks.desktops];
        let wrong: Vec<&str> = all
            .iter()
            .filter_map(|check| check.error.as_deref())
            .collect();
        Self {
            status: if wrong.is_empty() { "ready" } else { "unready" },
            error: (!wrong.is_empty()).then(|| wrong.join("; ")),
            checks,
        }
    }
}

/// Ask whether requests should be sent here
///
/// For load balancers. Needs no key. The database's answer is remembered for a second; what desktops need, for a minute.
#[utoipa::path(
    get, path = "/health/ready", tag = "Server", operation_id = "getReadiness",
    responses(
        (status = 200, description = "They should.", body = Ready, example = json!({"status": "ready",
            "checks": {"serving": {"ok": true}, "database": {"ok": true}, "desktops": {"ok": true}}})),
        (status = 503, description = "They should not: the database does not answer, the server is stopping, or no desktop can be started. See Retry-After.", body = Ready, example = json!({"status": "unready",
            "error": "the server is stopping", "checks": {"serving": {"ok": false, "error": "the server is stopping"},
            "database": {"ok": true}, "desktops": {"ok": true}}})),
    ),
    security(()),
)]
pub(crate) async fn get(State(state): State<AppState>) -> Response {
    let ready = Ready::from(state.readiness().checks(&state).await);
    if ready.error.is_none() {
        return Json(ready).into_response();
    }
    let headers = [(header::RETRY_AFTER, AGAIN.to_string())];
    (StatusCode::SERVICE_UNAVAILABLE, headers, Json(ready)).into_response()
}
