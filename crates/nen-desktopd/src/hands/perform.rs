use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nen_protocol::Action;
use nen_protocol::action::ActionCall;
use nen_protocol::execute::{
    ActionResult, BatchImage, BatchReply, ExecuteReply, ExecuteRequest, Settle, View,
};
use nen_protocol::image::ImageFormat;
use nen_protocol::phases::{Phase, Phases};
use nen_protocol::tool_log::{ActionRecord, Status};
use nen_screen::display::DisplayError;
use nen_screen::encode::Shot;
use nen_screen::executor::ExecuteError;
use nen_screen::settle::Settled;
use nen_screen::x11::{Image, Windows, X11Input};
use nen_screen::{Cancel, Executor};

use super::clipboard::Clipboard;
use super::shell::Shell;
use crate::apps::Launcher;

/// What came of a request.
pub(crate) struct Outcome {
    /// The reply as JSON, or the failure of the only action.
    pub(crate) reply: Result<Vec<u8>, Failure>,
    /// One record for each action, for the log.
    pub(crate) records: Vec<ActionRecord>,
    /// Where the time went.
    pub(crate) phases: Phases,
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
    pub(super) fn perform(
        &mut self,
        request: &ExecuteRequest,
        waited: Duration,
        cancel: &Cancel,
    ) -> Outcome {
        let mut steps = Steps {
            secret: request.secret,
            ..Steps::default()
        };
        steps.phases.add(Phase::Wait, waited);
        let reply = match self.act_and_look(request, cancel, &mut steps) {
            Ok(view) => reply(request.batch, &mut steps, view),
            Err(error) => Err(error.into()),
        };
        for record in &mut steps.records {
            record.changed = steps.changed.filter(|_| record.status != Status::Skipped);
        }
        if steps.secret {
            // Typing takes as long as there is to type.
            steps.phases.hide(Phase::Input);
        }
        Outcome {
            reply,
            records: steps.records,
            phases: steps.phases,
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
        let looks = request.wants_image() || request.wants_images();
        let watches = acts && (request.settle.is_some() || looks);
        let before = watches.then(|| self.executor.changes()).transpose()?;
        if watches && request.settle.is_some() {
            self.executor.begin()?;
        }
        // Whether the screen may still be on the way to what the actions so far made of it.
        let mut unsettled = false;
        // Whether the keyboard may be on its way to something else.
        let mut keyboard_moves = false;
        for (at, (call, action)) in request.actions.iter().enumerate() {
            if let Some(settle) = request.settle
                && keyboard_moves
                && action.uses_keyboard()
                && steps.failure.is_none()
            {
                self.settle(settle, cancel, steps)?;
                keyboard_moves = false;
            }
            keyboard_moves |= action.may_move_keyboard();
            steps.take(call, |failed| match failed {
                true => Ok(ActionResult::skipped()),
                false => self.act(action, cancel),
            });
            unsettled |= action.can_change_screen();
            if request.wants_images() && action.is_look() && steps.failure.is_none() {
                if let Some(settle) = request.settle.filter(|_| unsettled) {
                    self.settle(settle, cancel, steps)?;
                    self.executor.begin()?;
                    unsettled = false;
                }
                let image = self.shoot(&shot(request, Some(action)), steps)?;
                steps.images.push(BatchImage {
                    action: at,
                    media_type: media_type(&image),
                    base64_image: STANDARD.encode(&image.bytes),
                });
            }
        }
        let settled = match request.settle.filter(|_| unsettled) {
            Some(settle) => Some(self.settle(settle, cancel, steps)?),
            None => None,
        };
        // After a failure, what it left is worth a look where no action is going to have one.
        let failed = request.wants_images() && steps.failure.is_some();
        let image = match request.wants_image() || failed {
            true => {
                let last = request.actions.last().filter(|_| !failed);
                Some(self.shoot(&shot(request, last.map(|(_, action)| action)), steps)?)
            }
            false => None,
        };
        if let Some(before) = before {
            let after = match &image {
                Some(image) => image.serial,
                None => self.executor.changes()?,
            };
            steps.changed = Some(after != before);
        }
        Ok(view(image, settled, steps.changed))
    }

    fn settle(
        &mut self,
        settle: Settle,
        cancel: &Cancel,
        steps: &mut Steps,
    ) -> Result<Settled, ExecuteError> {
        let begun = Instant::now();
        let settled = self.executor.settle(settle, cancel);
        steps.phases.add(Phase::Settle, begun.elapsed());
        settled
    }

    fn shoot(&self, shot: &Shot, steps: &mut Steps) -> Result<Image, DisplayError> {
        let image = self.executor.shoot(shot)?;
        steps.phases.add(Phase::Capture, image.capture);
        steps.phases.add(Phase::Encode, image.encode);
        Ok(image)
    }

    fn act(&mut self, action: &Action, cancel: &Cancel) -> Result<ActionResult, Failure> {
        match action {
            Action::Bash(bash) => self.shell.perform(bash, cancel).map_err(Failure::Desktop),
            Action::Clipboard(clipboard) => {
                self.clipboard.perform(clipboard).map_err(Failure::Desktop)
            }
            Action::Windows(windows) => self.windows(windows).map(ActionResult::ok),
            computer => Ok(self.executor.act(computer, cancel)?),
        }
    }

    fn windows(&self, action: &nen_protocol::action::Windows) -> Result<String, Failure> {
        use nen_protocol::action::Windows;
        let _runtime = self.runtime.enter();
        let failed = |error: &dyn std::fmt::Display| Failure::Desktop(error.to_string());
        match action {
            Windows::List => {
                let list = self.windows.list().map_err(|error| failed(&error))?;
                serde_json::to_string(&list).map_err(|error| failed(&error))
            }
            Windows::Focus { window_id } => {
                match self
                    .windows
                    .focus(*window_id)
                    .map_err(|error| failed(&error))?
                {
                    true => Ok(format!("focused window {window_id}")),
                    false => Err(Failure::Refused(format!(
                        "there is no window {window_id}: list shows those there are"
                    ))),
                }
            }
            Windows::Launch { app } => {
                self.launcher.launch(app, &[]).map_err(Failure::Desktop)?;
                Ok(format!("started {app}"))
            }
            Windows::Open { target } => {
                self.launcher.open(target).map_err(Failure::Refused)?;
                Ok(format!("opened {target}"))
            }
        }
    }
}

/// Why an action failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// It asked for what is not there.
    #[error("{0}")]
    Refused(String),
    /// The desktop could not do it.
    #[error("{0}")]
    Desktop(String),
}

impl From<ExecuteError> for Failure {
    fn from(error: ExecuteError) -> Self {
        Self::Desktop(error.to_string())
    }
}

/// Results and records of the actions so far.
#[derive(Default)]
struct Steps {
    results: Vec<ActionResult>,
    records: Vec<ActionRecord>,
    /// Of the actions that looked, when each has one.
    images: Vec<BatchImage>,
    changed: Option<bool>,
    phases: Phases,
    /// Whether what they type is a secret.
    secret: bool,
    /// Of the first action that failed.
    failure: Option<Failure>,
}

impl Steps {
    fn take(&mut self, call: &ActionCall, act: impl FnOnce(bool) -> Result<ActionResult, Failure>) {
        let failed = self.failure.is_some();
        let (begun, clock) = (SystemTime::now(), Instant::now());
        let result = act(failed).unwrap_or_else(|failure| {
            let result = ActionResult::error(failure.to_string());
            self.failure = Some(failure);
            result
        });
        let took = clock.elapsed();
        self.phases.add(Phase::Input, took);
        let (began, took) = (unix_seconds(begun), milliseconds(took));
        self.records.push(match self.secret {
            true => ActionRecord::secret(call, &result, began),
            false => ActionRecord::of(call, &result, began, took),
        });
        self.results.push(result);
    }
}

/// Seconds since 1970.
pub(crate) fn unix_seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0.0, |age| age.as_secs_f64())
}

/// Milliseconds with three decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// What to take a picture of after an action.
fn shot(request: &ExecuteRequest, action: Option<&Action>) -> Shot {
    match action {
        Some(Action::Zoom(zoom)) => Shot::zoomed(request.image, zoom.region),
        _ => Shot::whole(request.image),
    }
}

fn media_type(image: &Image) -> Option<String> {
    (image.format != ImageFormat::Png).then(|| image.format.media_type().to_owned())
}

fn view(image: Option<Image>, settled: Option<Settled>, changed: Option<bool>) -> View {
    View {
        media_type: image.as_ref().and_then(media_type),
        base64_image: image.map(|image| STANDARD.encode(&image.bytes)),
        changed,
        settled_ms: settled
            .map(|settled| u32::try_from(settled.after.as_millis()).unwrap_or(u32::MAX)),
        settle_timed_out: settled.is_some_and(|settled| settled.timed_out),
    }
}

/// The reply of a batch tells of failures in its results; a single action's failure is the call's.
fn reply(batch: bool, steps: &mut Steps, view: View) -> Result<Vec<u8>, Failure> {
    let written = if batch {
        let status = if steps.failure.is_some() {
            Status::Error
        } else {
            Status::Ok
        };
        serde_json::to_vec(&BatchReply {
            status,
            results: std::mem::take(&mut steps.results),
            images: std::mem::take(&mut steps.images),
            view,
        })
    } else {
        if let Some(failure) = steps.failure.take() {
            return Err(failure);
        }
        let result = steps.results.pop().unwrap_or_else(ActionResult::skipped);
        serde_json::to_vec(&ExecuteReply { result, view })
    };
    written.map_err(|error| Failure::Desktop(error.to_string()))
}
