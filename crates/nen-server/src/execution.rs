//! An execute request on its way to a desktop, and what came of it on its way to the tool log.

use crate::metrics::ActionError;
use crate::tool_log::ToolLogWriter;
use crate::trace;
use crate::unanswered::Unanswered;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Request, Response, StatusCode, header};
use bytes::Bytes;
use nen_fleet::{Call, Fleet, FleetError, ReplyBody};
use nen_protocol::phases::Phases;
use nen_protocol::tool_log::{ActionRecord, Status};
use nen_protocol::tracing::TARGET;
use std::time::{Duration, Instant, SystemTime};
use tracing::{Instrument as _, field};

/// Where a controller tells what it did, for the tool log. Never reaches the caller.
const LOG: HeaderName = HeaderName::from_static("nen-log");

/// Where a controller tells what took how long; callers get what is left of it.
pub(crate) const TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Who acts on which desktop, and for how long at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Execution<'a> {
    pub(crate) fleet: &'a Fleet,
    pub(crate) tool_log: &'a ToolLogWriter,
    pub(crate) workspace: &'a str,
    pub(crate) desktop_id: &'a str,
    /// Stands in the tool log.
    pub(crate) actor: &'a str,
    pub(crate) within: Duration,
}

impl Execution<'_> {
    /// Passes the body of an `execute` on, unread, and answers the controller's reply, with its [`Phases`] among the
    /// extensions where it told them. What was done stands in the tool log then; also when no answer came, or the caller
    /// did not wait for it.
    pub(crate) async fn send(self, body: Bytes) -> Result<Response<ReplyBody>, FleetError> {
        let span = tracing::info_span!(
            target: TARGET,
            "desktop",
            otel.kind = "client",
            otel.status_code = field::Empty,
            nen.desktop_id = self.desktop_id,
        );
        let sent = self.pass(body).instrument(span.clone()).await;
        if sent.is_err() {
            span.record("otel.status_code", "ERROR");
        }
        sent
    }

    async fn pass(self, body: Bytes) -> Result<Response<ReplyBody>, FleetError> {
        let request = Request::post("/execute")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.clone()))
            .map_err(|error| FleetError::Internal(error.to_string()))?;
        let call = Call::execute().within(self.within);
        let unanswered = Unanswered::new(self.tool_log, self.desktop_id, self.actor, body);
        let begun = Instant::now();
        let sent = self
            .fleet
            .send(self.workspace, self.desktop_id, request, call)
            .await;
        match &sent {
            Err(FleetError::TooSlow(_)) => unanswered.failed(ActionError::Timeout),
            Err(FleetError::Failed(_)) => unanswered.failed(ActionError::Unreachable),
            _ => unanswered.answered(),
        }
        let mut reply = match sent {
            Ok(reply) => reply,
            Err(error) => {
                if matches!(error, FleetError::Held) {
                    self.tool_log.metrics().failed(ActionError::Held);
                }
                return Err(error);
            }
        };
        let records = self.records(reply.headers_mut());
        self.count(reply.status(), &records);
        if let Some(phases) = phases(reply.headers_mut(), begun.elapsed()) {
            self.tool_log.metrics().took(&phases);
            trace::phases(&phases, SystemTime::now());
            reply.extensions_mut().insert(phases);
        }
        if !records.is_empty() {
            self.tool_log
                .append(self.desktop_id, self.actor, records)
                .await;
        }
        Ok(reply)
    }

    /// What the controller says that it did.
    fn records(&self, headers: &mut HeaderMap) -> Vec<ActionRecord> {
        let Some(log) = headers.remove(LOG) else {
            return Vec::new();
        };
        serde_json::from_slice(log.as_bytes()).unwrap_or_else(|error| {
            tracing::warn!(desktop_id = self.desktop_id, %error, "Controller sent an unreadable log");
            Vec::new()
        })
    }

    fn count(&self, status: StatusCode, records: &[ActionRecord]) {
        let metrics = self.tool_log.metrics();
        metrics.done(records);
        let failed = records.iter().any(|record| record.status == Status::Error);
        if status == StatusCode::BAD_REQUEST {
            metrics.failed(ActionError::Refused);
        } else if failed || status.is_server_error() {
            metrics.failed(ActionError::Failed);
        }
    }
}

/// Where the time went, as the controller says; nothing when that is more than there was.
fn phases(headers: &mut HeaderMap, elapsed: Duration) -> Option<Phases> {
    let told = headers.remove(TIMING)?;
    let phases = Phases::parse(told.to_str().ok()?)?;
    // What is written is rounded.
    (phases.sum() <= elapsed + Duration::from_millis(1)).then_some(phases)
}
