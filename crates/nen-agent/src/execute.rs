use serde::Serialize;

use crate::act::Performed;
use crate::agent::not_blank;
use crate::budget::Spent;
use crate::conversation::{Conversation, Message, Part};
use crate::error::AgentError;
use crate::prompt;
use crate::provider::Stop;
use crate::session::Session;

/// Iterations of `execute` unless told otherwise.
pub const DEFAULT_ITERATIONS: u32 = 10;
/// Calls in a row that are told to be wrong before the task ends.
pub(crate) const MAX_MISREAD: u32 = 3;

/// How a job went that was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExecuteReport {
    /// What was done, in the model's words.
    pub summary: String,
    /// Answers of the model that it took.
    pub iterations: u32,
    /// Actions that were done on the desktop.
    pub actions: u32,
    /// The model.
    pub model: String,
    /// What it took.
    #[serde(flatten)]
    pub spent: Spent,
}

pub(crate) async fn execute(
    session: &mut Session<'_>,
    instruction: &str,
    max_iterations: Option<u32>,
) -> Result<ExecuteReport, AgentError> {
    not_blank("instruction", instruction)?;
    let max_iterations = max_iterations.unwrap_or(DEFAULT_ITERATIONS);
    if max_iterations == 0 {
        return Err(AgentError::Invalid(
            "max_iterations must be 1 or more, not 0".to_owned(),
        ));
    }
    let names = session.task.screen.tools();
    let tools = prompt::tools(&names, &session.scale)?;
    let shot = session.look().await?;
    let mut conversation = Conversation::new(
        prompt::execute(&session.scale),
        vec![Part::Text(instruction.to_owned()), Part::Image(shot.image)],
    );
    let mut job = Job {
        actions: 0,
        misread: 0,
        last_words: String::new(),
    };
    for iteration in 1..=max_iterations {
        if iteration > 1 && iteration + 1 == max_iterations {
            conversation.say("(Two turns are left, the one that calls finish included.)");
        }
        conversation.prune();
        let (reply, mut turn) = session.ask(&conversation, &tools, None).await?;
        conversation.heard(reply.raw);
        if !reply.text.is_empty() {
            job.last_words.clone_from(&reply.text);
        }
        let wordless = reply.calls.is_empty() && reply.text.trim().is_empty();
        let trouble = match reply.stop {
            Stop::Unreadable(reason) => Some(reason),
            _ if wordless => Some("the answer was empty".to_owned()),
            _ => None,
        };
        if let Some(reason) = trouble {
            session.observed(&turn);
            conversation.say(&format!(
                "{reason}. Go on by calling a tool; when the job is done, call finish."
            ));
            job.misread(session, reason)?;
            continue;
        }
        if reply.calls.is_empty() {
            session.observed(&turn);
            return Ok(job.report(session, reply.text, iteration));
        }
        let mut performed = Performed::default();
        let outcome = session.perform(&reply.calls, &names, &mut performed).await;
        turn.actions = performed.actions;
        turn.screenshot_after = performed.after.map(|shot| shot.bytes);
        session.observed(&turn);
        outcome?;
        job.actions += done(&turn.actions);
        if let Some(finish) = performed.finish {
            return match finish.success {
                true => Ok(job.report(session, finish.summary, iteration)),
                false => Err(AgentError::NotDone(finish.summary)),
            };
        }
        conversation
            .messages
            .push(Message::Results(performed.results));
        if performed.understood {
            job.misread = 0;
        }
        if let Some(reason) = performed.misread {
            job.misread(session, reason)?;
        }
    }
    Err(AgentError::OutOfIterations {
        max_iterations,
        last_words: job.last_words,
    })
}

/// What a job has come to so far.
struct Job {
    actions: u32,
    misread: u32,
    last_words: String,
}

impl Job {
    /// Counts a call that could not be understood; too many in a row end the job.
    fn misread(&mut self, session: &Session<'_>, reason: String) -> Result<(), AgentError> {
        self.misread += 1;
        if self.misread <= MAX_MISREAD {
            return Ok(());
        }
        Err(AgentError::Malformed {
            model: session.model.name.clone(),
            times: self.misread,
            reason,
        })
    }

    fn report(self, session: &Session<'_>, summary: String, iterations: u32) -> ExecuteReport {
        ExecuteReport {
            summary,
            iterations,
            actions: self.actions,
            model: session.model.name.clone(),
            spent: session.spent,
        }
    }
}

fn done(actions: &[crate::observer::ActionTaken]) -> u32 {
    let done = actions
        .iter()
        .filter(|action| action.result.error.is_none())
        .count();
    u32::try_from(done).unwrap_or(u32::MAX)
}
