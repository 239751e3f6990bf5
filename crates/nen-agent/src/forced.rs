//! Questions that a model has to answer by one tool.

use nen_protocol::tools::ToolSchema;
use serde_json::{Map, Value};

use crate::conversation::{Conversation, Message, Part, ToolResult};
use crate::error::AgentError;
use crate::provider::Stop;
use crate::session::Session;

impl Session<'_> {
    /// Asks until the answer can be read, at most so many times. Gives what was wrong with the last one
    /// otherwise.
    pub(crate) async fn ask_by<T>(
        &mut self,
        conversation: &mut Conversation,
        tool: ToolSchema,
        times: u32,
        read: impl Fn(&Map<String, Value>) -> Result<T, Vec<String>>,
    ) -> Result<Result<T, Vec<String>>, AgentError> {
        let name = tool.name.clone();
        let tools = [tool];
        let mut wrong = Vec::new();
        for _ in 0..times {
            let (reply, turn) = self.ask(conversation, &tools, Some(&name)).await?;
            self.observed(&turn);
            let answer = reply.calls.iter().find(|call| call.tool == name);
            wrong = match (answer.map(|call| &call.input), reply.stop) {
                (Some(Ok(input)), _) => match read(input) {
                    Ok(read) => return Ok(Ok(read)),
                    Err(wrong) => wrong,
                },
                (Some(Err(reason)), _) => vec![reason.clone()],
                (None, Stop::Unreadable(reason)) => vec![reason],
                (None, _) => vec![format!("the tool {name} was not called")],
            };
            conversation.heard(reply.raw);
            let told = format!("That is not it: {}. Call {name} again.", wrong.join("; "));
            if reply.calls.is_empty() {
                conversation.say(&told);
                continue;
            }
            let results = reply.calls.into_iter().map(|call| ToolResult {
                id: call.id,
                tool: call.tool,
                content: vec![Part::Text(told.clone())],
                failed: true,
            });
            conversation
                .messages
                .push(Message::Results(results.collect()));
        }
        Ok(Err(wrong))
    }
}
