//! What happened on a desktop or in a run, step by step: to be played again, or kept as a trajectory.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::tool_log::{Status, ToolLogEntry};
use crate::workflow::{ModelCall, Step, StepStatus};
use crate::{Point, Size};

/// The version of this form that is written.
const VERSION: u32 = 1;

/// What is replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReplayKind {
    /// A desktop, with what everybody did on it.
    Desktop,
    /// A run of a workflow.
    Run,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReplayStatus {
    /// Not yet.
    Running,
    /// It was done.
    Ok,
    /// It was refused or failed.
    Error,
    /// It was not begun, because something before it failed.
    Skipped,
}

/// One thing that was done, or one question to a model with what it asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReplayStep {
    /// Grows with time: the id of the tool-log entry on a desktop, 1, 2, 3… in a run.
    pub number: i64,
    /// When it began, Unix seconds with a fraction.
    pub at: f64,
    /// How long it took, in milliseconds; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Who did it: the name of an API key, `human`, or a run.
    pub actor: String,
    /// What was called: `computer.left_click`, or a call of the SDK such as `agent.execute`.
    #[schema(example = "computer.left_click")]
    pub call: String,
    /// With what; typed text is replaced by its length, secrets by their names.
    #[schema(value_type = Object)]
    pub args: Value,
    /// How it ended.
    pub status: ReplayStatus,
    /// What it answered, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Where the pointer was put, in pixels of the screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<[i32; 2]>)]
    pub coordinate: Option<Point>,
    /// Whether a pixel of the screen changed; absent when nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
    /// The screen after it: a path on this server, or a `data:` URL in a trajectory to keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<String>,
    /// The step of the run that this question to a model belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_step: Option<i64>,
    /// What the model said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// The model that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Tokens it read, those from its provider's cache among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<i64>,
    /// Of those, tokens from the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<i64>,
    /// Tokens it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<i64>,
    /// US dollars; absent when the model's price is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
    /// How long the model took to answer, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<f64>,
    /// The actions the model asked for, each with its output or error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub actions: Vec<Value>,
}

/// What happened, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Replay {
    /// Of this form: 1.
    pub version: u32,
    /// What is replayed.
    pub kind: ReplayKind,
    /// Id of the desktop or the run.
    pub id: String,
    /// The desktop's name, or the workflow's.
    pub title: String,
    /// Size of the screen in pixels; null when no picture tells.
    pub display: Option<Size>,
    /// When it began, Unix seconds.
    pub started_at: f64,
    /// When it ended, Unix seconds; null while it goes on.
    pub ended_at: Option<f64>,
    /// What was done. Of a desktop the newest 10 000.
    pub steps: Vec<ReplayStep>,
}

impl Replay {
    /// One without steps.
    #[must_use]
    pub fn new(kind: ReplayKind, id: &str, title: &str, started_at: f64) -> Self {
        Self {
            version: VERSION,
            kind,
            id: id.to_owned(),
            title: title.to_owned(),
            display: None,
            started_at,
            ended_at: None,
            steps: Vec::new(),
        }
    }
}

impl ReplayStep {
    /// What a tool-log entry tells.
    #[must_use]
    pub fn of_entry(entry: ToolLogEntry) -> Self {
        let record = entry.record;
        Self {
            duration_ms: Some(record.duration_ms),
            output: record.output.map(Value::String),
            error: record.error,
            coordinate: record.coordinate,
            changed: record.changed,
            screenshot: entry.screenshot,
            ..Self::bare(
                entry.id,
                record.started_at,
                entry.actor,
                format!("{}.{}", record.tool, record.action),
                Value::Object(record.params),
                match record.status {
                    Status::Ok => ReplayStatus::Ok,
                    Status::Error => ReplayStatus::Error,
                    Status::Skipped => ReplayStatus::Skipped,
                },
            )
        }
    }

    /// What a step of a run tells: one for each question to a model, or one for the call itself when none was asked.
    /// They are numbered from `first` on.
    #[must_use]
    pub fn of_step(step: Step, first: i64, actor: &str) -> Vec<Self> {
        let status = match step.status {
            StepStatus::Running => ReplayStatus::Running,
            StepStatus::Ok => ReplayStatus::Ok,
            StepStatus::Error => ReplayStatus::Error,
        };
        if step.model_calls.is_empty() {
            return vec![Self {
                duration_ms: step.duration_ms,
                coordinate: place(&step.args),
                output: step.output,
                error: step.error,
                screenshot: step.screenshot,
                of_step: Some(step.number),
                ..Self::bare(
                    first,
                    step.started_at,
                    actor.to_owned(),
                    step.call,
                    step.args,
                    status,
                )
            }];
        }
        let last = step.model_calls.len() - 1;
        let mut at = step.started_at;
        let mut steps = Vec::with_capacity(step.model_calls.len());
        for (index, (number, call)) in (first..).zip(step.model_calls).enumerate() {
            let mut told = Self::of_model_call(number, at, actor, &step.call, call);
            told.of_step = Some(step.number);
            at += told.latency_ms.unwrap_or_default() / 1000.0;
            // The call's own words belong to its first question, and how it ended to its last.
            if index == 0 {
                told.args = step.args.clone();
            }
            if index == last {
                told.status = status;
                told.output = step.output.clone();
                told.error = step.error.clone().or(told.error);
                told.screenshot = told.screenshot.or_else(|| step.screenshot.clone());
            }
            steps.push(told);
        }
        steps
    }

    fn of_model_call(number: i64, at: f64, actor: &str, call: &str, asked: ModelCall) -> Self {
        let failed = asked.actions.iter().find_map(|action| {
            let error = action.get("error")?.as_str()?;
            Some(error.to_owned())
        });
        Self {
            duration_ms: Some(asked.latency_ms),
            coordinate: asked.actions.iter().rev().find_map(place),
            screenshot: asked.screenshot_after.or(asked.screenshot_before),
            reasoning: asked.text,
            model: Some(asked.model),
            input_tokens: Some(asked.usage.input_tokens),
            cached_tokens: Some(asked.usage.cached_tokens),
            output_tokens: Some(asked.usage.output_tokens),
            cost_usd: asked.usage.cost_usd,
            latency_ms: Some(asked.latency_ms),
            actions: asked.actions,
            error: failed.clone(),
            ..Self::bare(
                number,
                at,
                actor.to_owned(),
                call.to_owned(),
                Value::Object(Map::new()),
                match failed {
                    Some(_) => ReplayStatus::Error,
                    None => ReplayStatus::Ok,
                },
            )
        }
    }

    fn bare(
        number: i64,
        at: f64,
        actor: String,
        call: String,
        args: Value,
        status: ReplayStatus,
    ) -> Self {
        Self {
            number,
            at,
            duration_ms: None,
            actor,
            call,
            args,
            status,
            output: None,
            error: None,
            coordinate: None,
            changed: None,
            screenshot: None,
            of_step: None,
            reasoning: None,
            model: None,
            input_tokens: None,
            cached_tokens: None,
            output_tokens: None,
            cost_usd: None,
            latency_ms: None,
            actions: Vec::new(),
        }
    }
}

/// Where arguments or results put the pointer: `coordinate`, the end of a drag, or `x` and `y`.
fn place(args: &Value) -> Option<Point> {
    for name in ["coordinate", "to"] {
        let place = args
            .get(name)
            .map(|place| serde_json::from_value(place.clone()));
        if let Some(Ok(place)) = place {
            return Some(place);
        }
    }
    let [x, y] = ["x", "y"].map(|name| args.get(name).and_then(Value::as_i64));
    serde_json::from_value(Value::from(vec![x?, y?])).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(value: Value) -> Step {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_call_without_a_model_is_one_step() {
        let steps = ReplayStep::of_step(
            step(
                json!({"number": 3, "call": "computer.click_at", "args": {"x": 5, "y": 7}, "status": "ok",
                "output": "left click at (5, 7)", "started_at": 10.5, "duration_ms": 20.0, "screenshot": "/3.png"}),
            ),
            4,
            "run r",
        );
        let [told] = &steps[..] else {
            panic!("{steps:?}")
        };
        assert_eq!((told.number, told.of_step), (4, Some(3)));
        assert_eq!(told.coordinate, Some(Point { x: 5, y: 7 }));
        assert_eq!(told.screenshot.as_deref(), Some("/3.png"));
        assert_eq!(told.model, None);
    }

    #[test]
    fn each_question_to_a_model_is_a_step_with_what_it_cost() {
        let call = |number: u32, action: Value| {
            json!({"number": number, "model": "m", "latency_ms": 1000.0, "attempts": 1, "input_tokens": 10,
                "cached_tokens": 4, "output_tokens": 2, "cost_usd": 0.5, "text": format!("thought {number}"),
                "actions": [action], "screenshot_after": format!("/{number}.png")})
        };
        let steps = ReplayStep::of_step(
            step(
                json!({"number": 2, "call": "agent.execute", "args": {"instruction": "do"}, "status": "error",
                "error": "it could not", "started_at": 100.0, "duration_ms": 2500.0, "model_calls": [
                    call(1, json!({"action": "left_click", "status": "ok", "coordinate": [1, 2]})),
                    call(2, json!({"action": "type", "status": "error", "error": "no", "coordinate": null}))]}),
            ),
            7,
            "run r",
        );
        let [first, second] = &steps[..] else {
            panic!("{steps:?}")
        };
        assert_eq!((first.number, second.number), (7, 8));
        assert_eq!((first.at, second.at), (100.0, 101.0));
        assert_eq!(first.args, json!({"instruction": "do"}));
        assert_eq!(first.coordinate, Some(Point { x: 1, y: 2 }));
        assert_eq!(
            (first.status, first.error.as_deref()),
            (ReplayStatus::Ok, None)
        );
        assert_eq!(first.reasoning.as_deref(), Some("thought 1"));
        assert_eq!((first.cost_usd, first.input_tokens), (Some(0.5), Some(10)));
        assert_eq!(second.coordinate, None);
        assert_eq!(second.status, ReplayStatus::Error);
        assert_eq!(second.error.as_deref(), Some("it could not"));
        assert_eq!(second.screenshot.as_deref(), Some("/2.png"));
    }
}
