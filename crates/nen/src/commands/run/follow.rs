//! Stays with a run until its end: its log as it is written, its steps as they are taken.

use std::{
    collections::HashMap,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use nen_protocol::workflow::{LogRecord, Run, Step, StepList, StepStatus};
use serde_json::Value;

use super::path;
use crate::client::{Client, ClientError};

/// How often the run itself is looked at; its steps and its status have no stream of their own.
const LOOK: Duration = Duration::from_secs(1);
/// How long the log may go on after the run has ended.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// Before each further try when the server cannot be reached, as while it is started anew.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// Something new about a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A line of its log.
    Log(LogRecord),
    /// A step that began or ended.
    Step(&'a Step),
    /// How it looks now.
    Seen(&'a Run),
}

/// Whether steps are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    /// As events.
    Followed,
    /// Not at all.
    Ignored,
}

/// What is done with each event.
pub type OnEvent<'a> = &'a mut dyn FnMut(Event<'_>) -> anyhow::Result<()>;

/// Gives every event until the run has ended, then the run as the server describes it. A connection that breaks is
/// made again and goes on where it was.
pub fn follow(
    client: &Client,
    id: &str,
    steps: Steps,
    on_event: OnEvent<'_>,
) -> anyhow::Result<Value> {
    let mut follower = Follower {
        client,
        id,
        steps,
        last_line: 0,
        seen_steps: HashMap::new(),
        failures: 0,
    };
    follower.follow(on_event)
}

struct Follower<'a> {
    client: &'a Client,
    id: &'a str,
    steps: Steps,
    /// Number of the last line that was given.
    last_line: i64,
    seen_steps: HashMap<i64, StepStatus>,
    /// Times in a row that the log could not be read.
    failures: usize,
}

impl Follower<'_> {
    fn follow(&mut self, on_event: OnEvent<'_>) -> anyhow::Result<Value> {
        // The first look also says whether there is such a run at all, and whether the key may see it.
        let (mut value, mut run) = self.look(on_event)?;
        loop {
            let log = self.open();
            let opened = Instant::now();
            let mut next_look = opened + LOOK;
            let mut give_up = run.run_status.is_final().then(|| opened + LAST_WORDS);
            let problem = loop {
                match log.recv_timeout(next_look.saturating_duration_since(Instant::now())) {
                    Ok(Ok(record)) => self.log(record, on_event)?,
                    Ok(Err(problem)) => break Some(problem),
                    Err(RecvTimeoutError::Disconnected) => break None,
                    Err(RecvTimeoutError::Timeout) => {}
                }
                if Instant::now() < next_look {
                    continue;
                }
                if give_up.is_some_and(|at| Instant::now() >= at) {
                    return Ok(value);
                }
                (value, run) = self.look(on_event)?;
                next_look = Instant::now() + LOOK;
                if give_up.is_none() && run.run_status.is_final() {
                    give_up = Some(Instant::now() + LAST_WORDS);
                }
            };
            match problem {
                Some(problem) if !is_passing(&problem) => return Err(problem.into()),
                Some(problem) => {
                    if opened.elapsed() > LOOK {
                        self.failures = 0;
                    }
                    pause(&mut self.failures, problem)?;
                }
                None => {
                    (value, run) = self.look(on_event)?;
                    if run.run_status.is_final() {
                        return Ok(value);
                    }
                    // Something in between cut a stream that was open for long, or the server is being stopped.
                    if opened.elapsed() < LOOK {
                        let problem = ClientError::Broken {
                            url: self.client.base().to_owned(),
                            reason: "the log ended before the run did".into(),
                        };
                        pause(&mut self.failures, problem)?;
                    }
                }
            }
        }
    }

    /// Reads the log in a thread of its own, which ends with the stream or when nobody listens any more.
    fn open(&self) -> Receiver<Result<LogRecord, ClientError>> {
        let (sender, receiver) = mpsc::sync_channel(256);
        let client = self.client.clone();
        let path = path(self.id, "/logs?follow=true");
        thread::spawn(move || match client.records(&path) {
            Ok(records) => {
                for record in records {
                    if sender.send(record).is_err() {
                        break;
                    }
                }
            }
            // Nobody listens any more.
            Err(problem) => drop(sender.send(Err(problem))),
        });
        receiver
    }

    fn log(&mut self, record: LogRecord, on_event: OnEvent<'_>) -> anyhow::Result<()> {
        // A log that is opened again begins with its first line.
        if record.seq <= self.last_line {
            return Ok(());
        }
        self.last_line = record.seq;
        self.failures = 0;
        on_event(Event::Log(record))
    }

    /// Looks at the run, and at its steps when there may be new ones.
    fn look(&mut self, on_event: OnEvent<'_>) -> anyhow::Result<(Value, Run)> {
        let value = self.get("")?;
        let run: Run = self.client.typed(&value)?;
        on_event(Event::Seen(&run))?;
        if self.steps == Steps::Followed && self.may_have_new_steps(&run) {
            let list: StepList = self.client.typed(&self.get("/steps")?)?;
            for step in &list.steps {
                if self.seen_steps.insert(step.number, step.status) != Some(step.status) {
                    on_event(Event::Step(step))?;
                }
            }
        }
        Ok((value, run))
    }

    fn may_have_new_steps(&self, run: &Run) -> bool {
        usize::try_from(run.steps) != Ok(self.seen_steps.len())
            || self
                .seen_steps
                .values()
                .any(|status| *status == StepStatus::Running)
    }

    fn get(&self, rest: &str) -> anyhow::Result<Value> {
        let mut failures = 0;
        loop {
            match self.client.get(&path(self.id, rest)) {
                Ok(value) => return Ok(value),
                Err(problem) if is_passing(&problem) => pause(&mut failures, problem)?,
                Err(problem) => return Err(problem.into()),
            }
        }
    }
}

/// Waits before the next try, longer each time; when there were enough, the problem is an error.
fn pause(failures: &mut usize, problem: ClientError) -> Result<(), ClientError> {
    let Some(pause) = PAUSES.get(*failures) else {
        return Err(problem);
    };
    *failures += 1;
    // There is nothing to wait on: a server that does not answer cannot say when it will.
    thread::sleep(*pause);
    Ok(())
}

/// Whether another try may go better.
fn is_passing(problem: &ClientError) -> bool {
    matches!(
        problem,
        ClientError::Unreachable { .. }
            | ClientError::Broken { .. }
            | ClientError::Api {
                status: 429 | 500 | 502 | 503 | 504,
                ..
            }
    )
}
