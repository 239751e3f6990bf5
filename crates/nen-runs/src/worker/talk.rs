//! The conversation with a workflow while it runs.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use nen_protocol::workflow::{ENTRY, RunStatus};
use nen_store::{RunEnd, RunRow, VersionRow};
use serde_json::json;
use tokio::io::BufReader;
use tokio::net::UnixStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};
use tracing::Instrument as _;

use super::attempt::{Ended, cancelled, failed, timeout};
use super::control::Control;
use crate::rpc::{Incoming, Sender, Session, Wire, answer};
use crate::sandbox::Confined;
use crate::workflows::secure_fields;
use crate::{Runs, schema, trace};

/// Time for a workflow to clean up after it was told to end.
const GRACE: Duration = Duration::from_secs(5);

/// How often it is looked whether the workflow still has its end of the socket.
const LOOK: Duration = Duration::from_secs(2);

/// Calls of one workflow at once.
const MOST_CALLS: usize = 64;

/// Longest message and traceback that are kept, in characters.
const LONGEST_ERROR: usize = 10_000;

/// What the conversation needs.
pub(super) struct Talk<'a> {
    pub runs: &'a Runs,
    pub run: &'a RunRow,
    pub control: &'a Control,
    pub session: Arc<Session>,
    /// The version that runs.
    pub workflow: &'a VersionRow,
    /// For `Agent()` where the workflow names none.
    pub model: Option<&'a str>,
    pub process: &'a Confined,
    pub deadline: Instant,
    pub timeout_seconds: u64,
}

/// Why the workflow was told to end.
#[derive(Clone, Copy, PartialEq)]
enum Told {
    Cancel,
    Timeout,
}

impl Told {
    fn reason(self) -> &'static str {
        match self {
            Self::Cancel => "cancelled",
            Self::Timeout => "timeout",
        }
    }
}

/// Tells the workflow to run and answers its calls until it has ended, one way or another.
pub(super) async fn talk(talk: Talk<'_>, socket: BufReader<UnixStream>) -> Ended {
    let (mut wire, sender) = Wire::over(socket);
    if let Err(error) = talk.begin(&sender).await {
        return Ended::End(failed("SandboxError", &error.to_string()));
    }
    let mut calls = JoinSet::new();
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = None;
    let mut over = talk.deadline;
    loop {
        tokio::select! {
            biased;
            () = talk.control.lost.cancelled() => return Ended::Lost,
            () = talk.runs.0.stopping.cancelled() => return Ended::Stopped,
            () = talk.control.cancel.cancelled(), if told.is_none() => {
                told = Some(Told::Cancel);
                over = Instant::now() + GRACE;
                tell(&sender, Told::Cancel).await;
            }
            () = tokio::time::sleep_until(over) => {
                if told.is_some() {
                    return Ended::End(talk.ended_by(told, None));
                }
                told = Some(Told::Timeout);
                over = Instant::now() + GRACE;
                tell(&sender, Told::Timeout).await;
            }
            _ = looks.tick() => {
                if !talk.process.listens() {
                    return Ended::End(talk.ended_by(told, Some(talk.silent().await)));
                }
            }
            Some(_) = calls.join_next(), if calls.len() >= MOST_CALLS => {}
            message = wire.next(), if calls.len() < MOST_CALLS => {
                match message {
                    Ok(Some(message)) => match talk.take(message, &sender, &mut calls) {
                        None => {}
                        Some(end) => return Ended::End(talk.ended_by(told, Some(talk.judged(end)))),
                    },
                    Ok(None) => return Ended::End(talk.ended_by(told, Some(talk.silent().await))),
                    Err(error) => return Ended::End(failed("SandboxError", &error.to_string())),
                }
            }
        }
        while calls.try_join_next().is_some() {}
    }
}

async fn tell(sender: &Sender, told: Told) {
    // One that does not listen is ended all the same.
    let _ = sender
        .send(&json!({"cancel": {"reason": told.reason()}}))
        .await;
}

impl Talk<'_> {
    /// Tells the workflow to run.
    async fn begin(&self, sender: &Sender) -> io::Result<()> {
        let secure = self.workflow.secure_schema.as_ref();
        let message = json!({"run": {
            "entry": ENTRY,
            "params": self.run.params,
            "secure_fields": secure.map(secure_fields).unwrap_or_default(),
            "model": self.model,
        }});
        sender.send(&message).await
    }

    /// Begins a call, or answers how the workflow says that it ended.
    fn take(&self, message: Incoming, sender: &Sender, calls: &mut JoinSet<()>) -> Option<RunEnd> {
        if let (Some(id), Some(call)) = (message.id, message.call) {
            let (session, sender) = (self.session.clone(), sender.clone());
            let span = trace::step(&call);
            calls.spawn(answer(session, sender, id, call, message.args).instrument(span));
            return None;
        }
        if let Some(result) = message.result {
            return Some(RunEnd {
                status: RunStatus::Completed,
                result: Some(result),
                error: None,
                error_type: None,
                assets_bytes: None,
            });
        }
        let failure = message.failed?;
        for line in failure.traceback.lines().take(500) {
            self.session.steps.say(line);
        }
        let cut = |text: &str| text.chars().take(LONGEST_ERROR).collect::<String>();
        Some(failed(&cut(&failure.error_type), &cut(&failure.error)))
    }

    /// A result is believed only when it has the shape it promised.
    fn judged(&self, end: RunEnd) -> RunEnd {
        let Some(result) = &end.result else {
            return end;
        };
        match schema::check(&self.workflow.result_schema, result, "result", false) {
            Ok(()) => end,
            Err(error) => failed("ResultError", &error),
        }
    }

    /// It went without a word.
    async fn silent(&self) -> RunEnd {
        // The socket closes a moment before the process is gone; one that closed it by itself lives on.
        let gone = tokio::time::timeout(Duration::from_secs(2), self.process.exited()).await;
        match gone {
            Ok(_) => failed("SandboxError", &self.process.reason()),
            Err(_) => failed(
                "SandboxError",
                "the workflow closed its connection to Nen (file descriptor 0 and its copies)",
            ),
        }
    }

    /// Whoever told it to end is why it ended.
    fn ended_by(&self, told: Option<Told>, end: Option<RunEnd>) -> RunEnd {
        match (told, end) {
            (Some(Told::Cancel), _) => cancelled(),
            (Some(Told::Timeout), _) => timeout(self.timeout_seconds),
            (None, Some(end)) => end,
            (None, None) => failed("InternalError", "the run ended without a reason"),
        }
    }
}
