//! The tool calls of one answer, done in order.

use nen_protocol::Action;
use nen_protocol::action::ActionCall;
use nen_protocol::execute::{ActionResult, ExecuteReply, SKIPPED, Screenshot};
use nen_protocol::tool_log::Status;
use serde_json::{Map, Value};

use crate::conversation::{Part, ToolCall, ToolResult};
use crate::error::AgentError;
use crate::finish::{self, Finish};
use crate::observer::ActionTaken;
use crate::screen::ScreenErrorKind;
use crate::session::{Session, Shot, picture};

/// What came of the calls of one answer.
#[derive(Default)]
pub(crate) struct Performed {
    /// One for each call, in order.
    pub(crate) results: Vec<ToolResult>,
    /// One for each call to a tool of the screen, in order.
    pub(crate) actions: Vec<ActionTaken>,
    /// The screen afterwards, when it was looked at.
    pub(crate) after: Option<Shot>,
    /// Set when the model ended the job.
    pub(crate) finish: Option<Finish>,
    /// What was wrong with the call that could not be understood, if there was one.
    pub(crate) misread: Option<String>,
    /// Whether at least one call was understood.
    pub(crate) understood: bool,
}

impl Performed {
    fn answer(&mut self, call: &ToolCall, text: String, failed: bool) {
        self.results.push(ToolResult {
            id: call.id.clone(),
            tool: call.tool.clone(),
            content: vec![Part::Text(text)],
            failed,
        });
    }

    fn take(&mut self, call: ActionCall, result: ActionResult, refused: bool) {
        self.actions.push(ActionTaken {
            call,
            result,
            changed: None,
            refused,
        });
    }
}

impl Session<'_> {
    /// Does the calls in order, up to the first that fails. What was done stands in `performed` also when
    /// this fails as a whole.
    pub(crate) async fn perform(
        &mut self,
        calls: &[ToolCall],
        tools: &[String],
        performed: &mut Performed,
    ) -> Result<(), AgentError> {
        let last_action = calls.iter().rposition(|call| call.tool != finish::NAME);
        let mut failed = false;
        // Whether the screen may look different from the newest picture of it.
        let mut unseen = false;
        for (at, call) in calls.iter().enumerate() {
            if failed {
                performed.answer(call, SKIPPED.to_owned(), true);
                if call.tool != finish::NAME {
                    performed.take(as_it_stands(call), ActionResult::skipped(), false);
                }
                continue;
            }
            if call.tool == finish::NAME {
                match call.input.clone().and_then(|input| finish::read(&input)) {
                    Ok(finish) => {
                        performed.understood = true;
                        performed.finish = Some(finish);
                        return self.last_look(unseen, performed).await;
                    }
                    Err(reason) => {
                        failed = true;
                        performed.answer(call, reason.clone(), true);
                        performed.misread = Some(reason);
                    }
                }
                continue;
            }
            let (asked, action) = match self.understand(call, tools) {
                Ok(understood) => understood,
                Err(reason) => {
                    failed = true;
                    performed.answer(call, reason.clone(), true);
                    performed.take(
                        as_it_stands(call),
                        ActionResult::error(reason.clone()),
                        true,
                    );
                    performed.misread = Some(reason);
                    continue;
                }
            };
            let screenshot = if Some(at) == last_action {
                Screenshot::Always
            } else {
                Screenshot::Never
            };
            let done = self.scale.call_to_screen(&asked);
            match self.act(done.clone(), screenshot).await? {
                Ok(reply) => {
                    performed.understood = true;
                    unseen = true;
                    failed = reply.result.status != Status::Ok;
                    let shot = picture(&reply.view)?;
                    let text = self.text(&reply, &asked, &done, &action);
                    performed.answer(call, text, failed);
                    performed.actions.push(ActionTaken {
                        call: done,
                        result: reply.result,
                        changed: reply.view.changed,
                        refused: false,
                    });
                    if let Some(shot) = shot {
                        attach(performed, &shot);
                        if !matches!(action, Action::Zoom(_)) {
                            unseen = false;
                            self.seen = Some(shot.bytes.clone());
                            performed.after = Some(shot);
                        }
                    }
                }
                Err(error) if error.kind == ScreenErrorKind::BadAction => {
                    failed = true;
                    performed.answer(call, error.message.clone(), true);
                    performed.take(done, ActionResult::error(error.message.clone()), true);
                    performed.misread = Some(error.message);
                }
                Err(error) => {
                    performed.take(done, ActionResult::error(error.message.clone()), false);
                    return Err(error.into());
                }
            }
        }
        self.last_look(failed && unseen, performed).await
    }

    /// Shows the model what an action left behind that was not the last as planned.
    async fn last_look(
        &mut self,
        unseen: bool,
        performed: &mut Performed,
    ) -> Result<(), AgentError> {
        if !unseen {
            return Ok(());
        }
        let shot = self.look().await?;
        attach(performed, &shot);
        performed.after = Some(shot);
        Ok(())
    }

    /// Understands a call in the model's numbers.
    fn understand(
        &self,
        call: &ToolCall,
        tools: &[String],
    ) -> Result<(ActionCall, Action), String> {
        if !tools.contains(&call.tool) {
            return Err(format!(
                "there is no tool {:?}: the tools are {}, {}",
                call.tool,
                tools.join(", "),
                finish::NAME
            ));
        }
        let mut params = call.input.clone()?;
        let action = match params.remove("action") {
            Some(Value::String(action)) => action,
            Some(_) => return Err(format!("{:?}: action must be a string", call.tool)),
            None => {
                return Err(format!(
                    "{:?} needs action: one of the actions in its schema",
                    call.tool
                ));
            }
        };
        let asked = ActionCall {
            tool: call.tool.clone(),
            action,
            params,
        };
        let understood = Action::parse(&asked).map_err(|error| error.0)?;
        understood
            .check(self.scale.space())
            .map_err(|error| error.0)?;
        Ok((asked, understood))
    }

    /// What the model reads about an action that was done.
    fn text(
        &self,
        reply: &ExecuteReply,
        asked: &ActionCall,
        done: &ActionCall,
        action: &Action,
    ) -> String {
        let result = &reply.result;
        let said = match result.status {
            Status::Ok => result.output.clone(),
            Status::Error | Status::Skipped => result.error.clone(),
        };
        let said = said.filter(|said| !said.is_empty());
        let said = said.unwrap_or_else(|| match result.status {
            Status::Ok => "Done".to_owned(),
            Status::Error | Status::Skipped => "it failed and gave no reason".to_owned(),
        });
        let mut text = self
            .scale
            .output_for_model(said, asked, done, result.coordinate);
        if result.status == Status::Ok && action.can_change_screen() {
            if reply.view.changed == Some(false) {
                text.push_str(" (the screen did not change)");
            } else if reply.view.settle_timed_out {
                text.push_str(" (the screen is still changing)");
            }
        }
        text
    }
}

/// Adds a picture to the last call that was not skipped.
fn attach(performed: &mut Performed, shot: &Shot) {
    let skipped = |result: &&mut ToolResult| matches!(result.content.as_slice(), [Part::Text(text)] if text == SKIPPED);
    let target = performed.results.iter_mut().rev().find(|r| !skipped(r));
    if let Some(result) = target {
        result.content.push(Part::Image(shot.image.clone()));
    }
}

/// A call that was not understood, as well as it can be written down.
fn as_it_stands(call: &ToolCall) -> ActionCall {
    let mut params: Map<String, Value> = call.input.clone().unwrap_or_default();
    let action = match params.remove("action") {
        Some(Value::String(action)) => action,
        _ => String::new(),
    };
    ActionCall {
        tool: call.tool.clone(),
        action,
        params,
    }
}
