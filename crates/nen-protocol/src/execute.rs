//! `POST /desktops/{id}/execute`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::ActionCall;
use crate::image::ImageOptions;
use crate::tool_log::Status;
use crate::{Action, Invalid, Point, Size, body};

/// Most actions of one batch.
pub const MAX_ACTIONS: usize = 100;

/// What an action says that was not begun. The wording is Anthropic's, which models were trained on.
pub const SKIPPED: &str = "Not executed: an earlier computer action in this turn failed.";

/// When a reply carries an image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Screenshot {
    /// After anything that can change the screen, and after `screenshot` and `zoom`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never, but for `screenshot` and `zoom`, which are nothing else.
    Never,
    /// In a batch, every `screenshot` and `zoom` has its own image, in `images`, and there is none beside. A single action is
    /// answered as by `auto`.
    Each,
}

/// When the screen counts as settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settle {
    /// Milliseconds without damage that make the screen settled, 0 to 10000.
    #[schema(maximum = 10_000)]
    pub quiet_ms: u32,
    /// Milliseconds after which it is captured all the same, 0 to 60000.
    #[schema(maximum = 60_000)]
    pub max_ms: u32,
}

impl Default for Settle {
    fn default() -> Self {
        Self {
            quiet_ms: 80,
            max_ms: 2000,
        }
    }
}

/// `settle` on the wire: bounds, or `false` for not waiting at all. `true` means the defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "expected false, or {\"quiet_ms\": 80, \"max_ms\": 2000}"
)]
pub enum SettleOption {
    /// On with the defaults, or off.
    Switch(bool),
    /// On with these bounds.
    Bounds(Settle),
}

/// Body of an execute request, as it stands on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecuteBody {
    /// One action; or `actions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionCall>,
    /// A batch of 1 to 100 actions, done in order up to the first that fails; or `action`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<ActionCall>>,
    /// When the reply carries an image.
    #[serde(default)]
    pub screenshot: Screenshot,
    /// When the screen counts as settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<SettleOption>,
    /// How the image is encoded.
    #[serde(default)]
    pub image: ImageOptions,
    /// Whether what is typed is a secret: the tool log then tells neither its length nor how long typing took.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
}

/// An execute request that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecuteRequest {
    /// The actions with the calls they were read from; one when not a batch.
    pub actions: Vec<(ActionCall, Action)>,
    /// Whether the reply has the shape of a batch.
    pub batch: bool,
    /// When the reply carries an image.
    pub screenshot: Screenshot,
    /// How to settle; none for not at all.
    pub settle: Option<Settle>,
    /// How the image is encoded.
    pub image: ImageOptions,
    /// Whether what is typed is a secret.
    pub secret: bool,
}

/// A request that was refused, with the calls that could be read, for the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The call that was at fault.
    pub call: Option<ActionCall>,
    /// Why.
    pub error: Invalid,
    /// Whether its texts are a secret.
    pub secret: bool,
}

impl From<Invalid> for Refused {
    fn from(error: Invalid) -> Self {
        Self {
            call: None,
            error,
            secret: false,
        }
    }
}

impl ExecuteRequest {
    /// Understands a body for a desktop with these tools and this screen. Refuses the whole when any
    /// part of it is wrong, so that no batch is half done because of a typing error.
    pub fn parse(bytes: &[u8], tools: &[String], screen: Size) -> Result<Self, Refused> {
        let wire: ExecuteBody = body::parse(bytes)?;
        let image = wire.image.check().map_err(|e| e.at("image"))?;
        let settle = settle(wire.settle)?;
        let (calls, batch) = match (wire.action, wire.actions) {
            (Some(call), None) => (vec![call], false),
            (None, Some(calls)) if (1..=MAX_ACTIONS).contains(&calls.len()) => (calls, true),
            (None, Some(calls)) => {
                return Err(Invalid(format!(
                    "actions holds {} actions: 1 to {MAX_ACTIONS} are taken",
                    calls.len()
                ))
                .into());
            }
            _ => {
                return Err(Invalid::new(
                    "the body needs either action, as in {\"action\": {\"tool\": \"computer\", \"action\": \"screenshot\", \"params\": {}}}, or actions, a list of them",
                )
                .into());
            }
        };
        let mut actions = Vec::with_capacity(calls.len());
        for (at, call) in calls.into_iter().enumerate() {
            match understand(&call, tools, screen) {
                Ok(action) => actions.push((call, action)),
                Err(error) => {
                    let error = if batch {
                        error.at(&format!("actions[{at}]"))
                    } else {
                        error
                    };
                    return Err(Refused {
                        call: Some(call),
                        error,
                        secret: wire.secret,
                    });
                }
            }
        }
        Ok(Self {
            actions,
            batch,
            screenshot: wire.screenshot,
            settle,
            image,
            secret: wire.secret,
        })
    }

    /// Whether the reply carries an image of the end.
    pub fn wants_image(&self) -> bool {
        let any = |test: fn(&Action) -> bool| self.actions.iter().any(|(_, action)| test(action));
        match self.screenshot {
            Screenshot::Always => true,
            Screenshot::Auto => any(Action::is_look) || any(Action::can_change_screen),
            Screenshot::Never => any(Action::is_look),
            Screenshot::Each if self.batch => false,
            Screenshot::Each => any(Action::is_look) || any(Action::can_change_screen),
        }
    }

    /// Whether every action that looks has an image of its own.
    pub fn wants_images(&self) -> bool {
        self.batch && self.screenshot == Screenshot::Each
    }
}

fn understand(call: &ActionCall, tools: &[String], screen: Size) -> Result<Action, Invalid> {
    let action = Action::parse(call)?;
    if !tools.contains(&call.tool) {
        return Err(Invalid(format!(
            "this desktop has no tool {:?}: it was created with {}",
            call.tool,
            tools.join(", ")
        )));
    }
    action.check(screen)?;
    Ok(action)
}

fn settle(wire: Option<SettleOption>) -> Result<Option<Settle>, Invalid> {
    let settle = match wire {
        None | Some(SettleOption::Switch(true)) => Settle::default(),
        Some(SettleOption::Switch(false)) => return Ok(None),
        Some(SettleOption::Bounds(bounds)) => bounds,
    };
    for (name, value, max) in [
        ("quiet_ms", settle.quiet_ms, 10_000),
        ("max_ms", settle.max_ms, 60_000),
    ] {
        if value > max {
            return Err(Invalid(format!(
                "settle.{name} must be 0 to {max}, not {value}"
            )));
        }
    }
    Ok(Some(settle))
}

/// How one action ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActionResult {
    /// `ok`, `error` or `skipped`.
    pub status: Status,
    /// Short text for a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "left click at (500, 300)")]
    pub output: Option<String>,
    /// Where the pointer was put or found, `[x, y]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<[i32; 2]>, example = json!([500, 300]))]
    pub coordinate: Option<Point>,
    /// Why it failed or was not begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl ActionResult {
    /// An action that was done.
    pub fn ok(output: impl Into<String>) -> Self {
        Self {
            status: Status::Ok,
            output: Some(output.into()),
            coordinate: None,
            error: None,
        }
    }

    /// An action that failed.
    pub fn error(error: impl Into<String>) -> Self {
        Self {
            status: Status::Error,
            output: None,
            coordinate: None,
            error: Some(error.into()),
        }
    }

    /// An action that was not begun.
    pub fn skipped() -> Self {
        Self {
            status: Status::Skipped,
            ..Self::error(SKIPPED)
        }
    }

    /// The same with the pointer's place.
    #[must_use]
    pub fn with_coordinate(mut self, coordinate: Point) -> Self {
        self.coordinate = Some(coordinate);
        self
    }
}

/// What was seen after the last action.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct View {
    /// The screen, base64 without a `data:` prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64_image: Option<String>,
    /// Media type of the image when it is not PNG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Whether any pixel changed since before the first action; absent when nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
    /// Milliseconds from the last action to the settled screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_ms: Option<u32>,
    /// Present and true when the screen was still changing after `max_ms`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub settle_timed_out: bool,
}

/// Reply to a single action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExecuteReply {
    /// How it ended.
    #[serde(flatten)]
    pub result: ActionResult,
    /// What was seen.
    #[serde(flatten)]
    pub view: View,
}

/// What one action of a batch saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchImage {
    /// Which action, counted from 0.
    pub action: usize,
    /// What it saw, base64 without a `data:` prefix.
    pub base64_image: String,
    /// Media type when it is not PNG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
}

/// Reply to a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchReply {
    /// `ok` when all were done, else `error`.
    pub status: Status,
    /// One result for each action, in order.
    pub results: Vec<ActionResult>,
    /// With `screenshot: "each"`, the images of the actions that looked, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<BatchImage>,
    /// What was seen at the end.
    #[serde(flatten)]
    pub view: View,
}
