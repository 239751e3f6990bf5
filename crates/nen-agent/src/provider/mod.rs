//! The providers' wire formats: one pure mapping per file, one thin HTTP client under all of them.
//!
//! Why no library does this (looked at in November 2026):
//!
//! - `genai` 0.7.2: a tool result is a `String`; a screenshot cannot stand in it. No computer-use tools.
//! - `async-openai` 0.43: complete for OpenAI, images in `function_call_output` included, but OpenAI only.
//! - `rig-core` 0.44: the closest. Base URLs are free, Anthropic, Responses and Gemini take images in tool
//!   results, items of the provider are replayed. But for chat completions it puts those images into
//!   `tool` messages, which take text only; its only cache marker on a conversation is on the newest
//!   message, so a prefix that outlives pruning cannot be marked; it has no computer-use tools either; and
//!   it turns on `preserve_order` of `serde_json` for everything that is linked with it, which would
//!   change the order of all JSON that Nen writes. Its minor versions break.
//!
//! The `computer` tool goes out as an ordinary function with Nen's own schema, not as the providers'
//! built-in ones: those exist in versions that each fit some models only (a wrong pair is a 400), while the
//! vocabulary of the schema is the one that Anthropic's models were trained on.

mod anthropic;
mod chat;
mod gemini;
mod http;
mod responses;

use std::fmt::Debug;
use std::ops::AddAssign;
use std::time::Duration;

use futures_util::future::BoxFuture;
use nen_protocol::scale::Sight;
use nen_protocol::tools::ToolSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::conversation::{Conversation, ToolCall};

pub(crate) use anthropic::Anthropic;
pub(crate) use chat::Chat;
pub(crate) use gemini::Gemini;
pub(crate) use http::{Http, client};
pub(crate) use responses::Responses;

/// Tokens a model may write in one answer.
pub(crate) const MAX_OUTPUT: u32 = 8192;

/// A model's provider: one call takes a conversation and gives the model's next message.
pub trait Provider: Debug + Send + Sync {
    /// How this provider's model sees a screen.
    fn sight(&self, model: &str) -> Sight;

    /// Asks once, without trying again.
    fn call<'a>(&'a self, request: Request<'a>) -> BoxFuture<'a, Result<Reply, ProviderError>>;
}

/// What a model is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The provider's name of the model.
    pub model: &'a str,
    /// What was said so far; the last message is ours.
    pub conversation: &'a Conversation,
    /// What the model may call.
    pub tools: &'a [ToolSchema],
    /// Name of the tool that it has to call.
    pub force: Option<&'a str>,
    /// Most tokens of the answer.
    pub max_output: u32,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Its words; may be empty.
    pub text: String,
    /// The tools it wants used, in order.
    pub calls: Vec<ToolCall>,
    /// Why it stopped.
    pub stop: Stop,
    /// The message as it has to be sent back; null when there is nothing to send back.
    pub raw: Value,
    /// Tokens.
    pub usage: Usage,
}

/// Why a model stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It has said what it wanted, or waits for the results of its calls.
    Done,
    /// Its answer reached the length limit.
    CutOff,
    /// It was not willing; why.
    Refused(String),
    /// It tried to call a tool in a way that its provider could not read; why.
    Unreadable(String),
}

/// Tokens of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Read afresh.
    pub input: u64,
    /// Read from the provider's cache.
    pub cached_input: u64,
    /// Written into it.
    pub cache_write: u64,
    /// Written by the model, reasoning included.
    pub output: u64,
}

impl Usage {
    /// Tokens of all kinds.
    pub fn total(self) -> u64 {
        self.input + self.cached_input + self.cache_write + self.output
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input += other.input;
        self.cached_input += other.cached_input;
        self.cache_write += other.cache_write;
        self.output += other.output;
    }
}

/// Why a provider gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It will not take this request, now or later.
    #[error("{provider} refused the request ({status}): {message}")]
    Refused {
        /// Who.
        provider: &'static str,
        /// Status code.
        status: u16,
        /// What it says.
        message: String,
    },
    /// It may take the request later.
    #[error("{provider} cannot answer now ({status}): {message}")]
    Busy {
        /// Who.
        provider: &'static str,
        /// Status code.
        status: u16,
        /// What it says.
        message: String,
        /// When to come back, if it said so.
        retry_after: Option<Duration>,
    },
    /// There was no connection, or it broke.
    #[error("{provider} at {base_url} cannot be reached: {reason}")]
    Unreachable {
        /// Who.
        provider: &'static str,
        /// Where.
        base_url: String,
        /// What went wrong.
        reason: String,
    },
    /// It took longer than a call may.
    #[error("{provider} did not answer within {seconds} s")]
    Silent {
        /// Who.
        provider: &'static str,
        /// The limit.
        seconds: u64,
    },
    /// It answered something that is not its format.
    #[error("{provider} answered what cannot be understood: {reason}")]
    Unreadable {
        /// Who.
        provider: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl ProviderError {
    /// Whether asking again can help.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. } | Self::Unreachable { .. } | Self::Silent { .. }
        )
    }
}

/// The arguments of a call that come as JSON text.
fn arguments(text: &str) -> Result<Map<String, Value>, String> {
    // A call without arguments has an empty text on some servers.
    let text = if text.trim().is_empty() { "{}" } else { text };
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err("the arguments must be a JSON object".to_owned()),
        Err(error) => Err(format!("the arguments are not valid JSON: {error}")),
    }
}

/// A count of tokens in a provider's answer; what is missing is none.
fn tokens(usage: &Value, pointer: &str) -> u64 {
    usage
        .pointer(pointer)
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

/// What fuzz targets call.
#[cfg(fuzzing)]
pub mod fuzzing {
    use super::{Anthropic, Chat, Gemini, Reply, Responses, http};
    use http::Dialect as _;
    use serde_json::Value;
    use std::time::Duration;

    /// The body of an answer as each provider's.
    pub fn replies(body: &Value) -> [Result<Reply, String>; 4] {
        [
            Anthropic::reply(body),
            Chat::reply(body),
            Gemini::reply(body),
            Responses::reply(body),
        ]
    }

    /// The header `Retry-After`.
    pub fn retry_after(text: &str) -> Option<Duration> {
        http::retry_after(&::http::HeaderValue::from_str(text).ok()?)
    }
}

#[cfg(test)]
mod tests;
