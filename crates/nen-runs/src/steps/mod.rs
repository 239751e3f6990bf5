//! What a run did, call by call, written down behind its back.

mod writer;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use nen_agent::{Turn, Usage};
use nen_protocol::tool_log::ActionRecord;
use nen_protocol::workflow::{ModelCall, Step, StepStatus, StepUsage};
use nen_store::RunUse;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

use self::writer::Writer;
use crate::Runs;
use crate::log::RunLog;

/// Beyond this many, steps get no pictures: a loop must not fill the disk.
const MOST_PICTURES: i64 = 2000;

/// Pictures of a run that wait to be kept: where that takes longer than making them, steps get none for a while.
const WAITING: usize = 32;

/// Longest text of a model that is kept, in characters.
const LONGEST_TEXT: usize = 10_000;

/// The steps of one run.
#[derive(Debug)]
pub(crate) struct Steps {
    run_id: String,
    state: Mutex<State>,
    records: mpsc::UnboundedSender<Record>,
    waiting: Arc<Semaphore>,
    log: RunLog,
}

#[derive(Debug, Default)]
struct State {
    last: i64,
    pictures: i64,
    cost_usd: f64,
    /// Steps of which more may be told.
    open: BTreeMap<i64, Step>,
}

/// A step that has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    number: i64,
    at: Instant,
}

impl Begun {
    pub fn number(&self) -> i64 {
        self.number
    }
}

/// What is written down.
enum Record {
    Step(Box<Step>),
    Use(RunUse),
    Picture(Picture),
}

/// One that waits to be kept.
struct Picture {
    name: String,
    png: Bytes,
    /// One of [`WAITING`].
    _place: OwnedSemaphorePermit,
}

impl Steps {
    /// The steps of a run, behind those of an earlier attempt. They are complete when this is dropped and the task has
    /// ended.
    pub fn open(runs: &Runs, run_id: &str, last: i64, log: RunLog) -> (Self, JoinHandle<()>) {
        let (records, received) = mpsc::unbounded_channel();
        let writer = tokio::spawn(Writer::new(runs.clone(), run_id.to_owned()).write(received));
        let state = State {
            last,
            ..State::default()
        };
        let steps = Self {
            run_id: run_id.to_owned(),
            state: Mutex::new(state),
            records,
            waiting: Arc::new(Semaphore::new(WAITING)),
            log,
        };
        (steps, writer)
    }

    /// A call begins.
    pub async fn begin(&self, call: &str, args: Value) -> Begun {
        let mut state = self.lock();
        state.last += 1;
        let step = Step {
            number: state.last,
            call: call.chars().take(100).collect(),
            args,
            status: StepStatus::Running,
            output: None,
            error: None,
            started_at: now(),
            duration_ms: None,
            screenshot: None,
            model_calls: Vec::new(),
        };
        let begun = Begun {
            number: step.number,
            at: Instant::now(),
        };
        self.record(Record::Step(Box::new(step.clone())));
        state.open.insert(step.number, step);
        begun
    }

    /// It has ended.
    pub async fn end(
        &self,
        begun: Begun,
        status: StepStatus,
        output: Option<Value>,
        error: Option<String>,
    ) {
        let mut state = self.lock();
        if let Some(step) = state.open.get_mut(&begun.number) {
            step.status = status;
            step.output = output;
            step.error = error;
            step.duration_ms = Some(begun.at.elapsed().as_secs_f64() * 1000.0);
            self.record(Record::Step(Box::new(step.clone())));
        }
        // Its picture may still come; those of older steps have come.
        let newest = state.last;
        state
            .open
            .retain(|number, step| step.status == StepStatus::Running || number + 16 > newest);
    }

    /// The picture after a step.
    pub fn picture(&self, number: i64, png: Bytes) {
        let mut state = self.lock();
        let Some(name) = self.keep(&mut state, &format!("{number:05}"), png) else {
            return;
        };
        if let Some(step) = state.open.get_mut(&number) {
            step.screenshot = Some(name);
            self.record(Record::Step(Box::new(step.clone())));
        }
    }

    /// A model was asked within a step.
    pub fn turn(&self, begun: &Begun, turn: &Turn) {
        let (usage, mut state) = (turn.usage, self.lock());
        let read = whole(tokens_read(usage));
        let mut keep = |png: &Option<Bytes>, which: &str| {
            let stem = format!("{:05}-{:03}-{which}", begun.number, turn.number);
            png.clone()
                .and_then(|png| self.keep(&mut state, &stem, png))
        };
        let call = ModelCall {
            number: turn.number,
            model: turn.model.clone(),
            latency_ms: f64::from(u32::try_from(turn.latency_ms).unwrap_or(u32::MAX)),
            attempts: turn.attempts,
            usage: StepUsage {
                input_tokens: read,
                cached_tokens: whole(usage.cached_input),
                output_tokens: whole(usage.output),
                cost_usd: turn.cost_usd,
            },
            text: (!turn.text.is_empty()).then(|| turn.text.chars().take(LONGEST_TEXT).collect()),
            actions: turn.actions.iter().map(action).collect(),
            screenshot_before: keep(&turn.screenshot_before, "before"),
            screenshot_after: keep(&turn.screenshot_after, "after"),
        };
        let cost = turn.cost_usd.unwrap_or_default();
        state.cost_usd += cost;
        self.record(Record::Use(RunUse {
            input_tokens: read,
            output_tokens: whole(usage.output),
            cost_usd: cost,
        }));
        self.log.say(&said(&call));
        if let Some(step) = state.open.get_mut(&begun.number) {
            if call.screenshot_after.is_some() {
                step.screenshot.clone_from(&call.screenshot_after);
            }
            step.model_calls.push(call);
            self.record(Record::Step(Box::new(step.clone())));
        }
    }

    /// Adds a line of ours to the run's log.
    pub fn say(&self, text: &str) {
        self.log.say(text);
    }

    /// US dollars so far.
    pub fn cost(&self) -> f64 {
        self.lock().cost_usd
    }

    /// The path under which a picture will be found; none when there are too many, or too many wait.
    fn keep(&self, state: &mut State, stem: &str, png: Bytes) -> Option<String> {
        state.pictures += 1;
        if state.pictures > MOST_PICTURES {
            return None;
        }
        let _place = Arc::clone(&self.waiting).try_acquire_owned().ok()?;
        let name = format!("{stem}.png");
        self.record(Record::Picture(Picture {
            name: name.clone(),
            png,
            _place,
        }));
        Some(format!("/runs/{}/screenshots/{name}", self.run_id))
    }

    fn record(&self, record: Record) {
        // The writer ends only when this has been dropped.
        let _ = self.records.send(record);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An action of the agent without what was typed.
fn action(taken: &nen_agent::ActionTaken) -> Value {
    let record = match taken.refused {
        true => ActionRecord::refused(&taken.call, &taken.result, now()),
        false => ActionRecord::of(&taken.call, &taken.result, now(), 0.0),
    };
    json!({
        "tool": record.tool,
        "action": record.action,
        "params": record.params,
        "status": record.status,
        "output": record.output,
        "error": record.error,
        "coordinate": record.coordinate,
        "changed": taken.changed,
    })
}

/// A turn in one line, for the log.
fn said(call: &ModelCall) -> String {
    let actions: Vec<String> = call
        .actions
        .iter()
        .map(|action| {
            let text = |name: &str| action[name].as_str().unwrap_or_default().to_owned();
            match action["status"].as_str() {
                Some("ok") => match text("output") {
                    output if output.is_empty() => text("action"),
                    output => output,
                },
                _ => format!("{} failed: {}", text("action"), text("error")),
            }
        })
        .collect();
    let words = call.text.as_deref().unwrap_or_default();
    format!(
        "{} [{} in, {} out, {:.1} s] {words}{}{}",
        call.model,
        call.usage.input_tokens,
        call.usage.output_tokens,
        call.latency_ms / 1000.0,
        if words.is_empty() || actions.is_empty() {
            ""
        } else {
            " → "
        },
        actions.join("; "),
    )
}

/// Tokens a model read, from its provider's cache or not.
pub(crate) fn tokens_read(usage: Usage) -> u64 {
    usage.input + usage.cached_input + usage.cache_write
}

fn whole(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}
