//! `GET /audit`.

use crate::auth::Admin;
use crate::error::{ApiError, shown};
use crate::extract::QueryOf;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use nen_store::{AuditFilter, AuditRow};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Most entries of one answer, and how many when nothing is said.
const MOST: u32 = 200;
const USUAL: u32 = 50;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Only this action; with a dot at its end, as in `key.`, all whose names begin so.
    action: Option<String>,
    /// Only what this key did, by its name or id, or `human`.
    actor: Option<String>,
    /// Only what was done to this, by its id.
    object: Option<String>,
    /// Only from this time on, Unix seconds.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    since: Option<u32>,
    /// Most entries, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of an answer before: the page after it.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
}

/// Something that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// `aud_…`.
    #[schema(example = "aud_4f7c0z9k2mqa")]
    id: String,
    /// Unix seconds with a fraction.
    #[schema(example = 1_743_447_260.125)]
    at: f64,
    /// What was done; the documentation lists all.
    #[schema(example = "key.create")]
    action: String,
    /// Who did it: the name of a key, `human` for somebody with a link to the live view, empty when nobody is known.
    #[schema(example = "deploy")]
    actor: String,
    /// Id of the key; null without one.
    key_id: Option<String>,
    /// Where the request came from; null when that is not known.
    #[schema(example = "192.0.2.7")]
    address: Option<String>,
    /// Id of what it was done to; null when there is no such thing.
    object: Option<String>,
    /// The request's id, as in `x-request-id` and in the server's log.
    request_id: Option<String>,
    /// More about it.
    #[schema(value_type = Object)]
    detail: Value,
}

/// Entries of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditList {
    /// Newest first.
    entries: Vec<AuditEntry>,
    /// Where the next page begins; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of a date fit an f64"
        )]
        let at = row.at_ms as f64 / 1000.0;
        Self {
            id: row.id,
            at,
            action: row.action,
            actor: row.doer.actor,
            key_id: row.doer.key_id,
            address: row.doer.address,
            object: row.object,
            request_id: row.doer.request_id,
            detail: row.detail,
        }
    }
}

/// See who did what
///
/// The audit log of the workspace, newest first. Nothing changes an entry or takes one away before its time. Of the default
/// workspace, also what was tried in nobody's name. `next_cursor` is there when there are more.
#[utoipa::path(
    get, path = "/audit", tag = "Server", operation_id = "listAudit",
    params(AuditQuery),
    responses((status = 200, description = "The entries.", body = AuditList, example = json!({"entries": [
        {"id": "aud_4f7c0z9k2mqa", "at": 1_743_447_260.125, "action": "key.revoke", "actor": "default", "key_id": "key_9k2mqa4f7c0z",
         "address": "192.0.2.7", "object": "key_4f7c0z9k2mqa", "request_id": "req_0z9k2mqa4f7c", "detail": {"name": "deploy"}}],
        "next_cursor": "1743447260125000"}))),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Admin(caller): Admin,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Json<AuditList>, ApiError> {
    let limit = query.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::bad_request(format!(
            "limit must be 1 to {MOST}, not {limit}"
        )));
    }
    let filter = AuditFilter {
        action: query.action,
        actor: query.actor,
        object: query.object,
        since_ms: query.since.map(|seconds| i64::from(seconds) * 1000),
        before: query.cursor.as_deref().map(read_cursor).transpose()?,
        // One more than is shown tells whether there are more.
        limit: limit + 1,
    };
    let found = state
        .store()
        .audit()
        .list(caller.workspace(), &filter)
        .await;
    let mut found = found.map_err(|error| ApiError::internal(&error))?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let last = found.last().filter(|_| more);
    Ok(Json(AuditList {
        next_cursor: last.map(|row| row.number.to_string()),
        entries: found.into_iter().map(AuditEntry::from).collect(),
    }))
}

fn read_cursor(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| {
        ApiError::bad_request(format!(
            "cursor {} is none: give the next_cursor of an answer before",
            shown(text)
        ))
    })
}
