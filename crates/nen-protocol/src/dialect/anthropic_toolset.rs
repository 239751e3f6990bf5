//! Anthropic's `computer_toolset_20260801`: a tool for each action. Wire facts: the types of Anthropic's own client for
//! Python; the rule of what is not executed: its documentation.

use serde_json::{Value, json};

use super::anthropic::{custom_tools, result, tool_use};
use super::asked::{Answered, Asked, Wants};
use super::function::{self, computer, reply};
use super::{Setup, Wire};
use crate::Invalid;
use crate::scale::Sight;

/// The only version so far.
pub(super) const VERSION: &str = "computer_toolset_20260801";

pub(super) struct Toolset;

impl Wire for Toolset {
    /// Its models see 2576 pixels, but a request with more than 20 images is refused when one is over 2000: a conversation
    /// must not break because it grew.
    fn sight(&self) -> Sight {
        Sight {
            long_side: 2000,
            short_side: 2000,
            pixels: 3_750_000,
            grid: None,
        }
    }

    fn tools(&self, setup: &Setup) -> Result<Vec<Value>, Invalid> {
        let mut tools = Vec::new();
        if setup.has_computer() {
            tools.push(json!({"type": VERSION}));
        }
        tools.extend(custom_tools(setup)?);
        Ok(tools)
    }

    fn read(&self, item: &Value) -> Result<Option<Asked>, Invalid> {
        let Some(name) = tool_use(item)? else {
            return Ok(None);
        };
        let input = &item["input"];
        let call = match item["toolset_name"].as_str() {
            Some("computer") => match input {
                Value::Object(_) | Value::Null => Ok(computer(name, input.clone())),
                _ => Err(format!("the input of {name:?} must be an object")),
            },
            Some(other) => Err(format!(
                "there is no toolset {other:?}: this is the one named \"computer\""
            )),
            None => function::action(name, input),
        };
        Ok(Some(Asked {
            reply: reply([("tool_use_id", &item["id"])]),
            actions: call.map(|call| vec![call]),
            image: Wants::Newest,
        }))
    }

    fn write(&self, answered: &[Answered]) -> Vec<Value> {
        answered.iter().map(result).collect()
    }
}
