use std::fmt;

use bytes::Bytes;
use nen_protocol::action::ActionCall;
use nen_protocol::execute::ActionResult;

use crate::provider::Usage;

/// Is told what happens in a task, turn by turn.
pub trait Observer: Send + Sync {
    /// A model answered and its actions were done. Called also for the turn that ends a task with an
    /// error, so the sum over all turns is what was spent. It must not block.
    fn turn(&self, turn: &Turn);
}

/// Nobody looks.
#[derive(Debug, Clone, Copy)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn turn(&self, _: &Turn) {}
}

/// One model call with its actions.
#[derive(Clone)]
pub struct Turn {
    /// Counts from 1 within a task.
    pub number: u32,
    /// Name of the model as it was asked for.
    pub model: String,
    /// Tokens.
    pub usage: Usage,
    /// US dollars; none when the model's price is not known.
    pub cost_usd: Option<f64>,
    /// Milliseconds until the model had answered, with all attempts.
    pub latency_ms: u64,
    /// How often the provider was asked until it answered; 1 when it did at once.
    pub attempts: u32,
    /// What the model said beside its calls; may be empty.
    pub text: String,
    /// What was done, in order.
    pub actions: Vec<ActionTaken>,
    /// The newest screenshot that the model was given before it answered, a PNG.
    pub screenshot_before: Option<Bytes>,
    /// The screen after the last action, a PNG; none when there was no action.
    pub screenshot_after: Option<Bytes>,
}

/// One action of a turn. `ActionRecord::of` and `ActionRecord::refused` of `nen-protocol` turn it into
/// a log entry without what was typed.
#[derive(Clone)]
pub struct ActionTaken {
    /// The call in pixels of the screen. It may hold typed text.
    pub call: ActionCall,
    /// How it ended.
    pub result: ActionResult,
    /// Whether a pixel of the screen changed; none when nobody looked.
    pub changed: Option<bool>,
    /// Whether it was refused before anything was done, because it could not be understood.
    pub refused: bool,
}

// By hand: typed text and pictures do not belong into logs.
impl fmt::Debug for ActionTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActionTaken")
            .field("tool", &self.call.tool)
            .field("action", &self.call.action)
            .field("status", &self.result.status)
            .field("changed", &self.changed)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn")
            .field("number", &self.number)
            .field("model", &self.model)
            .field("usage", &self.usage)
            .field("cost_usd", &self.cost_usd)
            .field("latency_ms", &self.latency_ms)
            .field("attempts", &self.attempts)
            .field("actions", &self.actions)
            .finish_non_exhaustive()
    }
}
