//! Plain functions: OpenAI's chat completions, which many servers imitate, and its Responses API.

use serde_json::{Value, json};

use super::asked::{Answered, Asked, Wants};
use super::function::{self, action_of_text, reply, text};
use super::openai::{function_call, function_output};
use super::{Setup, Wire};
use crate::Invalid;
use crate::scale::Sight;

/// What such a server's model takes is not known; this is what most take.
const SIGHT: Sight = Sight {
    long_side: 1568,
    short_side: 1568,
    pixels: 1_600_000,
    grid: None,
};

/// Chat completions: `tool_calls` of a message, answered by messages of the role `tool`.
pub(super) struct Chat;

impl Wire for Chat {
    fn sight(&self) -> Sight {
        SIGHT
    }

    fn tools(&self, setup: &Setup) -> Result<Vec<Value>, Invalid> {
        let tools = setup.tools.iter();
        tools
            .map(|name| {
                let schema = function::schema(name, setup.display())?;
                Ok(json!({"type": "function", "function": schema}))
            })
            .collect()
    }

    fn read(&self, item: &Value) -> Result<Option<Asked>, Invalid> {
        text(item, "/id")?;
        let name = text(item, "/function/name")?;
        let call = action_of_text(name, text(item, "/function/arguments")?);
        Ok(Some(Asked {
            reply: reply([("tool_call_id", &item["id"])]),
            actions: call.map(|call| vec![call]),
            image: Wants::Newest,
        }))
    }

    /// Messages of the role `tool` take text only, so the images follow in one of the user's.
    fn write(&self, answered: &[Answered]) -> Vec<Value> {
        let mut messages: Vec<Value> = answered
            .iter()
            .map(|answered| {
                json!({
                    "role": "tool",
                    "tool_call_id": answered.reply.get("tool_call_id"),
                    "content": answered.text,
                })
            })
            .collect();
        let images: Vec<Value> = answered
            .iter()
            .filter_map(|answered| answered.image.as_ref())
            .map(|image| json!({"type": "image_url", "image_url": {"url": image.url()}}))
            .collect();
        if !images.is_empty() {
            messages.push(json!({"role": "user", "content": images}));
        }
        messages
    }
}

/// The Responses API: `function_call` items, answered by `function_call_output`.
pub(super) struct Responses;

impl Wire for Responses {
    fn sight(&self) -> Sight {
        SIGHT
    }

    fn tools(&self, setup: &Setup) -> Result<Vec<Value>, Invalid> {
        let tools = setup.tools.iter();
        tools.map(|name| function_tool(name, setup)).collect()
    }

    fn read(&self, item: &Value) -> Result<Option<Asked>, Invalid> {
        match text(item, "/type")? {
            "function_call" => function_call(item).map(Some),
            _ => Ok(None),
        }
    }

    fn write(&self, answered: &[Answered]) -> Vec<Value> {
        answered.iter().map(function_output).collect()
    }
}

/// A function as the Responses API takes it. Not strict: that would demand every parameter of every action.
pub(super) fn function_tool(name: &str, setup: &Setup) -> Result<Value, Invalid> {
    let schema = function::schema(name, setup.display())?;
    Ok(json!({
        "type": "function",
        "name": schema.name,
        "description": schema.description,
        "parameters": schema.parameters,
        "strict": false,
    }))
}
