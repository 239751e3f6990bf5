//! An execute request on its way to a desktop, and what came of it on its way to the tool log.

use crate::tool_log::ToolLogWriter;
use crate::unanswered::Unanswered;
use axum::body::Body;
use axum::http::{HeaderName, Request, Response, header};
use bytes::Bytes;
use nen_fleet::{Call, Fleet, FleetError, ReplyBody};
use nen_protocol::tool_log::ActionRecord;
use std::time::Duration;

/// Where a controller tells what it did, for the tool log. Never reaches the caller.
const LOG: HeaderName = HeaderName::from_static("nen-log");

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
    /// Passes the body of an `execute` on, unread, and answers the controller's reply. What was done stands in the tool
    /// log then; also when no answer came, or the caller did not wait for it.
    pub(crate) async fn send(self, body: Bytes) -> Result<Response<ReplyBody>, FleetError> {
        let request = Request::post("/execute")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.clone()))
            .map_err(|error| FleetError::Internal(error.to_string()))?;
        let call = Call::execute().within(self.within);
        let unanswered = Unanswered::new(self.tool_log, self.desktop_id, self.actor, body);
        let sent = self
            .fleet
            .send(self.workspace, self.desktop_id, request, call)
            .await;
        if !matches!(sent, Err(FleetError::TooSlow(_) | FleetError::Failed(_))) {
            unanswered.answered();
        }
        let mut reply = sent?;
        if let Some(log) = reply.headers_mut().remove(LOG) {
            match serde_json::from_slice::<Vec<ActionRecord>>(log.as_bytes()) {
                Ok(records) => {
                    self.tool_log
                        .append(self.desktop_id, self.actor, records)
                        .await;
                }
                Err(error) => {
                    tracing::warn!(desktop_id = self.desktop_id, %error, "Controller sent an unreadable log");
                }
            }
        }
        Ok(reply)
    }
}
