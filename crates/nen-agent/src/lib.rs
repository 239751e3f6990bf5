//! The vision agent: does what a sentence says on a desktop (`execute`), looks whether something is so
//! (`verify`), and reads data off the screen (`extract`).
//!
//! [`Agent`] is the door. It asks a model of [`Models`] (Anthropic, OpenAI, Gemini, or any server that
//! speaks OpenAI's chat completions) and acts on a [`Screen`], which is whatever takes an
//! [`ExecuteBody`](nen_protocol::execute::ExecuteBody) and answers as a desktop does. Every turn is told
//! to an [`Observer`]; what a [`Task`] may spend stands in its [`Budget`], and who pays keeps a [`Ledger`].
//!
//! No key and no typed text appears in an error, in a log or in `Debug` output.

mod act;
mod agent;
mod budget;
mod conversation;
mod error;
mod execute;
mod extract;
mod finish;
mod forced;
mod ledger;
mod models;
mod observer;
mod prices;
mod prompt;
mod provider;
mod prune;
mod retry;
mod screen;
mod session;
mod task;
mod verify;

pub use agent::Agent;
pub use budget::{Budget, Spent};
pub use conversation::{Conversation, Image, Message, Part, ToolCall, ToolResult};
pub use error::AgentError;
pub use execute::{DEFAULT_ITERATIONS, ExecuteReport};
pub use extract::ExtractReport;
pub use ledger::{BilledCall, Ledger, Unbilled};
pub use models::{
    DEFAULT_MODEL, Endpoint, Model, Models, ModelsConfig, ModelsError, ProviderInfo, provider_of,
};
pub use observer::{ActionTaken, Observer, Turn, Unobserved};
pub use prices::{Price, Prices};
#[cfg(fuzzing)]
pub use provider::fuzzing;
pub use provider::{Provider, ProviderError, Reply, Request, Stop, Usage};
pub use retry::RetryPolicy;
pub use screen::{Screen, ScreenError, ScreenErrorKind};
pub use task::Task;
pub use verify::VerifyReport;
