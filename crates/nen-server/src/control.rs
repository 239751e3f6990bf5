//! Who is in control of a desktop: a person takes it, hands it back, or uses it.

use crate::error::ApiError;
use crate::state::AppState;
use crate::tool_log::HUMAN;
use nen_protocol::tool_log::{ActionRecord, Status};
use nen_store::{Deed, Doer};
use serde_json::{Map, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The tool name of what people did, in the tool log.
const TOOL: &str = "session";
/// Input after a silence this long counts as a new burst.
const SILENCE: Duration = Duration::from_secs(30);

/// A person takes the desktop or hands it back; the session's row says so already. Who it is stands in the tool log and in the
/// audit log.
pub(crate) async fn hold(
    state: &AppState,
    workspace: &str,
    id: &str,
    held: bool,
    doer: &Doer,
) -> Result<(), ApiError> {
    let actor = doer.actor.as_str();
    state.fleet().hold(workspace, id, held, actor)?;
    let (action, deed) = match held {
        true => ("take_control", "control.take"),
        false => ("return_control", "control.return"),
    };
    let deed = Deed::to(deed, id, json!({}));
    let noted = state.store().audit().add(doer, &deed).await;
    noted.map_err(|error| ApiError::internal(&error))?;
    state
        .tool_log()
        .append(id, actor, vec![record(action)])
        .await;
    Ok(())
}

/// The input of one interactive viewer, noted burst by burst: an event and a line in the tool log each, not each key.
#[derive(Debug, Default)]
pub(crate) struct HumanInput {
    last: Option<Instant>,
}

impl HumanInput {
    /// Input passed just now.
    pub(crate) async fn note(&mut self, state: &AppState, id: &str) {
        let now = Instant::now();
        let fresh = self
            .last
            .is_none_or(|last| now.duration_since(last) >= SILENCE);
        self.last = Some(now);
        if fresh {
            state.fleet().publish(id, "viewer.input", json!({}));
            state
                .tool_log()
                .append(id, HUMAN, vec![record("input")])
                .await;
        }
    }
}

fn record(action: &str) -> ActionRecord {
    ActionRecord {
        tool: TOOL.to_owned(),
        action: action.to_owned(),
        params: Map::new(),
        status: Status::Ok,
        output: None,
        error: None,
        coordinate: None,
        changed: None,
        started_at: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64()),
        duration_ms: 0.0,
    }
}
