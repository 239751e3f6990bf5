//! Calls whose answer never came: the caller went away, or the desktop took too long or failed. What was done of them
//! nobody tells, but that they were made, and by whom, stands in the tool log.

use crate::metrics::ActionError;
use crate::tool_log::ToolLogWriter;
use bytes::Bytes;
use nen_protocol::body;
use nen_protocol::execute::{ActionResult, ExecuteBody};
use nen_protocol::tool_log::ActionRecord;
use std::time::SystemTime;

/// Logs a call when it is dropped before [`Unanswered::answered`].
pub(crate) struct Unanswered {
    log: ToolLogWriter,
    desktop_id: String,
    actor: String,
    body: Bytes,
    since: SystemTime,
    answered: bool,
    error: ActionError,
}

impl Unanswered {
    /// Begins with the call on its way to the desktop.
    pub(crate) fn new(log: &ToolLogWriter, desktop_id: &str, actor: &str, body: Bytes) -> Self {
        Self {
            log: log.clone(),
            desktop_id: desktop_id.to_owned(),
            actor: actor.to_owned(),
            body,
            since: SystemTime::now(),
            answered: false,
            // Whoever drops it says nothing else.
            error: ActionError::Abandoned,
        }
    }

    /// The answer came, and with it what is to be logged; or the call never reached the desktop.
    pub(crate) fn answered(mut self) {
        self.answered = true;
    }

    /// Why no answer came.
    pub(crate) fn failed(mut self, error: ActionError) {
        self.error = error;
    }

    fn records(&self) -> Vec<ActionRecord> {
        let Ok(call) = body::parse::<ExecuteBody>(&self.body) else {
            return Vec::new();
        };
        let since = self.since.duration_since(SystemTime::UNIX_EPOCH);
        let since = since.map_or(0.0, |age| age.as_secs_f64());
        let result = ActionResult::error(
            "no answer was given: the caller went away or the desktop took too long; some of it may have been done",
        );
        let record = match call.secret {
            true => ActionRecord::secret,
            false => ActionRecord::refused,
        };
        let actions = call.actions.into_iter().flatten().chain(call.action);
        actions
            .map(|action| record(&action, &result, since))
            .collect()
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        self.log.metrics().failed(self.error);
        let (log, records) = (self.log.clone(), self.records());
        let (desktop_id, actor) = (self.desktop_id.clone(), self.actor.clone());
        tokio::spawn(async move { log.append(&desktop_id, &actor, records).await });
    }
}
