//! `GET /runs/{id}/logs`.

use crate::auth::{self, WorkflowReader};
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::run_log::{self, Form, Wanted};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use nen_protocol::workflow::LogRecord;
use serde::Deserialize;
use utoipa::IntoParams;

/// Media type of records, one to a line.
const NDJSON: &str = "application/x-ndjson";

/// Which lines to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// Whether to go on until the run has ended.
    follow: Option<bool>,
    /// Only lines after the one with this number (`seq`).
    #[param(minimum = 0)]
    after: Option<i64>,
}

/// Read a run's log
///
/// What it printed, what its `logging` said, and what Nen has to say about it, oldest first: a line each, with time and
/// stream before the text. `Accept: application/x-ndjson` gives a record to a line instead. With `follow=true` lines are
/// sent as they come, until the run has ended.
#[utoipa::path(
    get, path = "/runs/{id}/logs", tag = "Runs", operation_id = "getRunLogs",
    params(("id" = String, Path, description = "Id of the run.", example = "0f0c7a5e-2b7d-4f3a-8b55-3f1a8f0f8d11"), LogQuery),
    responses((status = 200, description = "The log.", content(
        (String = "text/plain", example = "2026-11-22T20:00:00.123Z stdout 3 invoices found\n"),
        (LogRecord = "application/x-ndjson", example = json!({"seq": 1, "at": 1_795_377_600.123, "stream": "stdout", "text": "3 invoices found"}))))),
    security(("bearer" = ["workflows:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    WorkflowReader(caller): WorkflowReader,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<LogQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let after = query.after.unwrap_or(0);
    if after < 0 {
        return Err(ApiError::bad_request(format!(
            "after must be 0 or the number of a line, not {after}"
        )));
    }
    let run = state.runs().run(caller.workspace(), &id).await?;
    let (form, kind) = match wants_records(&headers) {
        true => (Form::Ndjson, NDJSON),
        false => (Form::Text, "text/plain; charset=utf-8"),
    };
    let wanted = Wanted {
        run_id: run.id,
        after,
        follow: query.follow.unwrap_or(false),
        form,
    };
    let described = [
        (header::CONTENT_TYPE, kind),
        (header::VARY, "accept"),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    let lines = run_log::lines(&state, wanted).take_until(Box::pin(auth::ended(state, caller)));
    let body = Body::from_stream(lines);
    Ok((described, body).into_response())
}

fn wants_records(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut kinds = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    kinds.any(|kind| {
        let kind = kind.split(';').next().unwrap_or("").trim();
        kind.eq_ignore_ascii_case(NDJSON)
    })
}
