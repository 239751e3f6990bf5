use std::time::Duration;

use nen_protocol::tools::ToolSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::agent::not_blank;
use crate::budget::Spent;
use crate::conversation::{Conversation, Part};
use crate::error::AgentError;
use crate::execute::MAX_MISREAD;
use crate::prompt;
use crate::session::{Session, Shot, computer};

/// Seconds the desktop waits before it is looked at again.
const PAUSE: f64 = 1.0;

/// What was found out about a condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerifyReport {
    /// Whether it holds.
    pub holds: bool,
    /// Why, in the model's words.
    pub reason: String,
    /// How often the model judged.
    pub looks: u32,
    /// The model.
    pub model: String,
    /// What it took.
    #[serde(flatten)]
    pub spent: Spent,
}

pub(crate) async fn verify(
    session: &mut Session<'_>,
    condition: &str,
    timeout: Duration,
) -> Result<VerifyReport, AgentError> {
    not_blank("condition", condition)?;
    // A time beyond what can be counted is no limit.
    let deadline = Instant::now().checked_add(timeout);
    let over = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
    let mut shot = session.look().await?;
    let mut looks = 0;
    loop {
        let (holds, reason) = judge(session, condition, &shot).await?;
        looks += 1;
        let next = match holds || over() {
            true => None,
            false => another_sight(session, &shot, deadline).await?,
        };
        match next {
            Some(next) => shot = next,
            None => {
                return Ok(VerifyReport {
                    holds,
                    reason,
                    looks,
                    model: session.model.name.clone(),
                    spent: session.spent,
                });
            }
        }
    }
}

/// Waits until the screen shows something that was not judged yet; none when it does not in time.
async fn another_sight(
    session: &mut Session<'_>,
    judged: &Shot,
    deadline: Option<Instant>,
) -> Result<Option<Shot>, AgentError> {
    loop {
        let left = deadline.map(|deadline| deadline - Instant::now());
        let seconds = left.map_or(PAUSE, |left| left.as_secs_f64().min(PAUSE));
        let params = Map::from_iter([("duration".to_owned(), json!(seconds))]);
        let shot = session.look_by(computer("wait", params)).await?;
        // The same picture would get the same answer.
        if shot.bytes != judged.bytes {
            return Ok(Some(shot));
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(None);
        }
    }
}

async fn judge(
    session: &mut Session<'_>,
    condition: &str,
    shot: &Shot,
) -> Result<(bool, String), AgentError> {
    let mut conversation = Conversation::new(
        prompt::verify(),
        vec![
            Part::Image(shot.image.clone()),
            Part::Text(format!("The condition: {condition}")),
        ],
    );
    session
        .ask_by(&mut conversation, answer(), MAX_MISREAD, read)
        .await?
        .map_err(|wrong| AgentError::Malformed {
            model: session.model.name.clone(),
            times: MAX_MISREAD,
            reason: wrong.join("; "),
        })
}

fn answer() -> ToolSchema {
    ToolSchema {
        name: "answer".to_owned(),
        description: "Says whether the condition holds.".to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {
                "reason": {"type": "string", "description": "What on the screen shows it, in one sentence."},
                "holds": {"type": "boolean", "description": "Whether the condition holds now."},
            },
            "required": ["reason", "holds"],
        }),
    }
}

fn read(input: &Map<String, Value>) -> Result<(bool, String), Vec<String>> {
    let holds = input
        .get("holds")
        .and_then(Value::as_bool)
        .ok_or_else(|| vec!["holds must be true or false".to_owned()])?;
    // The verdict counts; a model that gives no reason has judged all the same.
    let reason = input.get("reason").and_then(Value::as_str);
    Ok((holds, reason.unwrap_or_default().to_owned()))
}
