//! The job done by a model: the agent of runs and of the API, over the desktop's public API.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use nen_agent::{Observer, Screen, ScreenError, ScreenErrorKind, Task, Turn};
use nen_protocol::{
    Size,
    execute::{ExecuteBody, ExecuteReply},
};
use tokio::runtime::Runtime;

use super::{choice::Choice, desktop::Desktop, report::Report};
use crate::client::{Client, ClientError};

/// Answers after which a model that has not finished has failed.
const MOST_ANSWERS: u32 = 60;

/// Lets the model work until it says that it is done, and gives its last words.
pub fn run(
    choice: &Choice,
    task: &str,
    desktop: &mut Desktop,
    report: &mut Report<'_>,
    runtime: &Runtime,
) -> anyhow::Result<String> {
    let eyes = Eyes {
        client: desktop.client().clone(),
        path: desktop.path("/execute"),
        size: desktop.screen(),
        times: Mutex::default(),
    };
    let watch = Watch {
        report: Mutex::new(report),
        newest: Mutex::new(Instant::now()),
    };
    let mut job = Task::new(&eyes);
    job.model = Some(choice.model.clone());
    job.observer = &watch;
    let done = choice.agent.execute(job, task, Some(MOST_ANSWERS));
    let done = runtime.block_on(done);
    for time in lock(&eyes.times).drain(..) {
        desktop.actions.add(time);
    }
    Ok(done?.summary)
}

/// The demo's desktop as the agent sees it.
struct Eyes {
    client: Client,
    path: String,
    size: Size,
    /// How long each action took.
    times: Mutex<Vec<Duration>>,
}

impl Screen for Eyes {
    fn size(&self) -> Size {
        self.size
    }

    fn act(&self, body: ExecuteBody) -> BoxFuture<'_, Result<ExecuteReply, ScreenError>> {
        let (client, path) = (self.client.clone(), self.path.clone());
        Box::pin(async move {
            let begin = Instant::now();
            let done = tokio::task::spawn_blocking(move || execute(&client, &path, &body));
            let reply = done.await.map_err(|error| broken(&error))?;
            lock(&self.times).push(begin.elapsed());
            reply
        })
    }
}

/// One call. What the desktop refuses goes back to the model; only a broken desktop ends the job.
fn execute(client: &Client, path: &str, body: &ExecuteBody) -> Result<ExecuteReply, ScreenError> {
    let body = serde_json::to_value(body).map_err(|error| broken(&error))?;
    match client.post(path, Some(&body)) {
        Ok(reply) => client.typed(&reply).map_err(|error| broken(&error)),
        Err(ClientError::Api { status, message }) if status < 500 => Err(ScreenError {
            kind: ScreenErrorKind::BadAction,
            message,
        }),
        Err(error) => Err(broken(&error)),
    }
}

fn broken(error: &dyn std::fmt::Display) -> ScreenError {
    ScreenError {
        kind: ScreenErrorKind::Failed,
        message: error.to_string(),
    }
}

/// Notes what the model does.
struct Watch<'a, 'o> {
    report: Mutex<&'a mut Report<'o>>,
    /// When the last turn ended.
    newest: Mutex<Instant>,
}

impl Observer for Watch<'_, '_> {
    fn turn(&self, turn: &Turn) {
        let began = std::mem::replace(&mut *lock(&self.newest), Instant::now());
        // Where it was, but not what was typed: the title is also a file's name.
        let actions: Vec<String> = turn
            .actions
            .iter()
            .map(|action| match action.result.coordinate {
                Some(at) => format!("{} at {} {}", action.call.action, at.x, at.y),
                None => action.call.action.clone(),
            })
            .collect();
        let title = match actions.is_empty() {
            true => "The model says that it is done".to_owned(),
            false => actions.join(", "),
        };
        let mut report = lock(&self.report);
        let noted = match &turn.screenshot_after {
            Some(image) => report.step_with(&title, began.elapsed(), image),
            None => report.step(&title, began),
        };
        // A picture less is no reason to end the job; the checks at its end tell what became of it.
        if let Err(error) = noted {
            tracing::warn!(%error, "A step could not be noted");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What they hold is whole after every single change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
