use serde_json::Value;

use super::Setup;
use super::asked::{Answered, Asked, Image, Wants};
use super::function::computer;
use crate::action::ActionCall;
use crate::execute::{BatchReply, ExecuteBody, MAX_ACTIONS, SKIPPED, Screenshot};
use crate::tool_log::Status;
use crate::{Action, Invalid};

/// The tool calls of one answer of a model, ready to be done in order up to the first that fails.
#[derive(Debug)]
pub struct Turn<'a> {
    setup: &'a Setup,
    calls: Vec<Call>,
    /// What to do, in pixels of the screen.
    actions: Vec<ActionCall>,
}

/// A call and its part in the batch.
#[derive(Debug)]
struct Call {
    asked: Asked,
    /// Its actions, by their place in the batch.
    first: usize,
    count: usize,
    /// The action whose image goes into its result.
    look: Option<usize>,
    /// Why it is not even tried.
    refused: Option<String>,
    /// Whether one before it was refused.
    skipped: bool,
}

impl Setup {
    /// Understands a list of calls as the provider's answer holds them. What is no call in it is passed over; a call that
    /// makes no sense is answered to the model like one that failed.
    pub fn turn(&self, bytes: &[u8]) -> Result<Turn<'_>, Invalid> {
        let items: Vec<Value> = serde_json::from_slice(bytes).map_err(|error| {
            Invalid(format!(
                "the body must be a list of tool calls, as they stand in the model's answer: {error}"
            ))
        })?;
        let mut asked = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let read = self.wire.read(item);
            asked.extend(read.map_err(|error| error.at(&format!("[{at}]")))?);
        }
        if asked.is_empty() {
            return Err(Invalid::new(
                "there is no tool call in the list: post the calls as they stand in the model's answer",
            ));
        }
        let mut turn = Turn {
            setup: self,
            calls: Vec::with_capacity(asked.len()),
            actions: Vec::new(),
        };
        let last = asked.len() - 1;
        let mut refused = false;
        for (at, asked) in asked.into_iter().enumerate() {
            let call = turn.place(asked, at == last, refused);
            refused |= call.refused.is_some();
            turn.calls.push(call);
        }
        // What a refused call found, or what there is to see when nothing is done at all.
        if refused || turn.actions.is_empty() {
            turn.actions.push(look());
        }
        match turn.actions.len() > MAX_ACTIONS {
            true => Err(Invalid(format!(
                "the calls ask for {} actions: at most {MAX_ACTIONS} are done in one turn",
                turn.actions.len()
            ))),
            false => Ok(turn),
        }
    }

    /// The actions of a call in pixels of the screen, or what is wrong with it.
    fn understand(&self, asked: &Asked) -> Result<Vec<(ActionCall, Action)>, String> {
        let understood = asked.actions.as_ref().map_err(Clone::clone)?;
        let mut done = Vec::with_capacity(understood.len());
        for call in understood {
            if !self.tools.contains(&call.tool) {
                return Err(format!(
                    "there is no tool {:?}: the tools are {}",
                    call.tool,
                    self.tools.join(", ")
                ));
            }
            let action = Action::parse(call).map_err(|error| error.0)?;
            action.check(self.scale.space()).map_err(|error| error.0)?;
            done.push((self.scale.call_to_screen(call), action));
        }
        Ok(done)
    }
}

impl<'a> Turn<'a> {
    fn place(&mut self, asked: Asked, last: bool, skipped: bool) -> Call {
        let first = self.actions.len();
        let mut call = Call {
            asked,
            first,
            count: 0,
            look: None,
            refused: None,
            skipped,
        };
        if skipped {
            return call;
        }
        let done = match self.setup.understand(&call.asked) {
            Ok(done) => done,
            Err(reason) => {
                call.refused = Some(reason);
                return call;
            }
        };
        let looked = done.last().is_some_and(|(_, action)| action.is_look());
        let acted = done.iter().any(|(_, action)| action.can_change_screen());
        call.count = done.len();
        self.actions.extend(done.into_iter().map(|(call, _)| call));
        let wanted = match call.asked.image {
            Wants::Always => true,
            Wants::Newest => last && acted,
        };
        if wanted && !looked {
            self.actions.push(look());
        }
        if wanted || looked {
            call.look = self.actions.len().checked_sub(1);
        }
        call
    }

    /// What to execute.
    pub fn request(&self) -> ExecuteBody {
        ExecuteBody {
            action: None,
            actions: Some(self.actions.clone()),
            screenshot: Screenshot::Each,
            settle: None,
            image: self.setup.scale.image_options(),
            secret: false,
        }
    }

    /// The results as the provider's next request takes them, one for each call.
    pub fn results(&self, reply: BatchReply) -> Vec<Value> {
        let left = reply.view.base64_image.map(|data| Image {
            media_type: reply.view.media_type.unwrap_or("image/png".to_owned()),
            data,
        });
        let mut images = vec![None; self.actions.len()];
        for image in reply.images {
            if let Some(place) = images.get_mut(image.action) {
                *place = Some(Image {
                    media_type: image.media_type.unwrap_or("image/png".to_owned()),
                    data: image.base64_image,
                });
            }
        }
        // What the screen shows at the end, for those that were not done.
        let end = left.or_else(|| images.last().cloned().flatten());
        let answered = self.calls.iter().map(|call| {
            let (failed, text) = self.outcome(call, &reply.results);
            let image = match call.look {
                Some(at) if !failed => images.get_mut(at).and_then(Option::take),
                _ if failed && call.asked.image == Wants::Always => end.clone(),
                _ => None,
            };
            Answered {
                reply: call.asked.reply.clone(),
                text,
                failed,
                image,
            }
        });
        let answered: Vec<Answered> = answered.collect();
        self.setup.wire.write(&answered)
    }

    /// Whether a call failed, and what the model reads about it.
    fn outcome(&self, call: &Call, results: &[crate::execute::ActionResult]) -> (bool, String) {
        if let Some(reason) = &call.refused {
            // An earlier action may have failed meanwhile.
            return match results.iter().any(|result| result.status == Status::Error) {
                true => (true, SKIPPED.to_owned()),
                false => (true, reason.clone()),
            };
        }
        if call.skipped {
            return (true, SKIPPED.to_owned());
        }
        let mut said = Vec::new();
        for offset in 0..call.count {
            let at = call.first + offset;
            let (Some(result), Some(done)) = (results.get(at), self.actions.get(at)) else {
                break;
            };
            match result.status {
                Status::Ok => {
                    let asked = call.asked.actions.as_ref().ok();
                    let asked = asked
                        .and_then(|actions| actions.get(offset))
                        .unwrap_or(done);
                    let output = result.output.clone().unwrap_or_default();
                    let scale = &self.setup.scale;
                    said.push(scale.output_for_model(output, asked, done, result.coordinate));
                }
                Status::Error | Status::Skipped => {
                    let error = result.error.clone().unwrap_or_default();
                    // Within a call the rest is not a call of its own: why it failed is what it says.
                    return (true, error);
                }
            }
        }
        said.retain(|text| !text.is_empty());
        match said.is_empty() {
            true => (false, "OK".to_owned()),
            false => (false, said.join("; ")),
        }
    }
}

/// A look at the whole screen.
fn look() -> ActionCall {
    computer("screenshot", Value::Null)
}
