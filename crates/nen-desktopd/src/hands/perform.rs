use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nen_protocol::Action;
use nen_protocol::action::ActionCall;
use nen_protocol::execute::{ActionResult, BatchReply, ExecuteReply, ExecuteRequest, View};
use nen_protocol::image::ImageFormat;
use nen_protocol::tool_log::{ActionRecord, Status, redact};
use nen_screen::encode::Shot;
use nen_screen::executor::ExecuteError;
use nen_screen::settle::Settled;
use nen_screen::x11::{Windows, X11Input};
use nen_screen::{Cancel, Executor};

use super::clipboard::Clipboard;
use super::shell::Shell;
use crate::apps::Launcher;

/// Longest output that a log entry keeps, in characters.
const LOGGED_OUTPUT: usize = 500;

/// What came of a request.
pub(crate) struct Outcome {
    /// The reply as JSON, or the failure of the only action.
    pub(crate) reply: Result<Vec<u8>, String>,
    /// One record for each action, for the log.
    pub(crate) records: Vec<ActionRecord>,
}

/// Everything that actions are done with.
pub(super) struct Performer {
    pub(super) executor: Executor<X11Input>,
    pub(super) windows: Windows,
    pub(super) clipboard: Clipboard,
    pub(super) shell: Shell,
    pub(super) launcher: Launcher,
    /// Applications are watched over by the controller's runtime.
    pub(super) runtime: tokio::runtime::Handle,
}

impl Performer {
    pub(super) fn perform(&mut self, request: &ExecuteRequest, cancel: &Cancel) -> Outcome {
        let mut steps = Steps::default();
        let view = self.act_and_look(request, cancel, &mut steps);
        let (view, failure) = match view {
            Ok(view) => (view, None),
            Err(error) => (View::default(), Some(error.to_string())),
        };
        let reply = reply(request.batch, &steps.results, view, failure);
        for record in &mut steps.records {
            record.changed = steps.changed.filter(|_| record.status != Status::Skipped);
        }
        Outcome {
            reply,
            records: steps.records,
        }
    }

    fn act_and_look(
        &mut self,
        request: &ExecuteRequest,
        cancel: &Cancel,
        steps: &mut Steps,
    ) -> Result<View, ExecuteError> {
        let acts = request
            .actions
            .iter()
            .any(|(_, action)| action.can_change_screen());
        let watches = acts && (request.settle.is_some() || request.wants_image());
        let before = watches.then(|| self.executor.changes()).transpose()?;
        if watches && request.settle.is_some() {
            self.executor.begin()?;
        }
        for (call, action) in &request.actions {
            steps.take(call, |failed| match failed {
                true => ActionResult::skipped(),
                false => self.act(action, cancel),
            });
        }
        let settled = match request.settle.filter(|_| acts) {
            Some(settle) => Some(self.executor.settle(settle, cancel)?),
            None => None,
        };
        let image = match request.wants_image() {
            true => Some(self.executor.shoot(&shot(request))?),
            false => None,
        };
        steps.changed = before
            .map(|before| self.executor.changes().map(|after| after != before))
            .transpose()?;
        Ok(view(image, settled, steps.changed))
    }

    fn act(&mut self, action: &Action, cancel: &Cancel) -> ActionResult {
        let outcome = match action {
            Action::Bash(bash) => return self.shell.perform(bash, cancel),
            Action::Clipboard(clipboard) => return self.clipboard.perform(clipboard),
            Action::Windows(windows) => return self.windows(windows),
            computer => self.executor.act(computer, cancel),
        };
        outcome.unwrap_or_else(|error| ActionResult::error(error.to_string()))
    }

    fn windows(&self, action: &nen_protocol::action::Windows) -> ActionResult {
        use nen_protocol::action::Windows;
        let _runtime = self.runtime.enter();
        let outcome = match action {
            Windows::List => self
                .windows
                .list()
                .map_err(|error| error.to_string())
                .and_then(|list| serde_json::to_string(&list).map_err(|error| error.to_string())),
            Windows::Focus { window_id } => match self.windows.focus(*window_id) {
                Ok(true) => Ok(format!("focused window {window_id}")),
                Ok(false) => Err(format!(
                    "there is no window {window_id}: list shows those there are"
                )),
                Err(error) => Err(error.to_string()),
            },
            Windows::Launch { app } => self
                .launcher
                .launch(app, &[])
                .map(|()| format!("started {app}")),
            Windows::Open { target } => self
                .launcher
                .open(target)
                .map(|()| format!("opened {target}")),
        };
        outcome.map_or_else(ActionResult::error, ActionResult::ok)
    }
}

/// Results and records of the actions so far.
#[derive(Default)]
struct Steps {
    results: Vec<ActionResult>,
    records: Vec<ActionRecord>,
    changed: Option<bool>,
}

impl Steps {
    fn take(&mut self, call: &ActionCall, act: impl FnOnce(bool) -> ActionResult) {
        let failed = self
            .results
            .iter()
            .any(|result| result.status != Status::Ok);
        let (begun, clock) = (SystemTime::now(), Instant::now());
        let result = act(failed);
        self.records.push(record(call, &result, begun, clock));
        self.results.push(result);
    }
}

/// A log's record of an action that was done or refused.
pub(crate) fn record(
    call: &ActionCall,
    result: &ActionResult,
    begun: SystemTime,
    clock: Instant,
) -> ActionRecord {
    ActionRecord {
        tool: call.tool.clone(),
        action: call.action.clone(),
        params: redact(call),
        status: result.status,
        output: result.output.as_deref().map(|output| logged(call, output)),
        error: result.error.clone(),
        coordinate: result.coordinate,
        changed: None,
        started_at: begun
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |age| age.as_secs_f64()),
        duration_ms: (clock.elapsed().as_secs_f64() * 1e6).round() / 1e3,
    }
}

/// What the clipboard held is nobody's business but the caller's.
fn logged(call: &ActionCall, output: &str) -> String {
    if call.tool == "clipboard" {
        return format!("[{} characters]", output.chars().count());
    }
    output.chars().take(LOGGED_OUTPUT).collect()
}

fn shot(request: &ExecuteRequest) -> Shot {
    match request.actions.last() {
        Some((_, Action::Zoom(zoom))) => Shot::zoomed(request.image, zoom.region),
        _ => Shot::whole(request.image),
    }
}

fn view(
    image: Option<nen_screen::x11::Image>,
    settled: Option<Settled>,
    changed: Option<bool>,
) -> View {
    View {
        media_type: image
            .as_ref()
            .filter(|image| image.format != ImageFormat::Png)
            .map(|image| image.format.media_type().to_owned()),
        base64_image: image.map(|image| STANDARD.encode(&image.bytes)),
        changed,
        settled_ms: settled
            .map(|settled| u32::try_from(settled.after.as_millis()).unwrap_or(u32::MAX)),
        settle_timed_out: settled.is_some_and(|settled| settled.timed_out),
    }
}

/// The reply of a batch tells of failures in its results; a single action's failure is the call's.
fn reply(
    batch: bool,
    results: &[ActionResult],
    view: View,
    failure: Option<String>,
) -> Result<Vec<u8>, String> {
    if let Some(failure) = failure {
        return Err(failure);
    }
    let written = if batch {
        let failed = results.iter().any(|result| result.status != Status::Ok);
        serde_json::to_vec(&BatchReply {
            status: if failed { Status::Error } else { Status::Ok },
            results: results.to_vec(),
            view,
        })
    } else {
        let result = results
            .first()
            .cloned()
            .unwrap_or_else(ActionResult::skipped);
        if let Some(error) = result.error {
            return Err(error);
        }
        serde_json::to_vec(&ExecuteReply { result, view })
    };
    written.map_err(|error| error.to_string())
}
