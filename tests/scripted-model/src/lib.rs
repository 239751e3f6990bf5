//! A model server for tests. It listens on a loopback address, speaks the wire formats of Anthropic
//! (`/v1/messages`), OpenAI (`/v1/responses`, `/v1/chat/completions`) and Gemini
//! (`/v1beta/models/{model}:generateContent`), refuses what the providers refuse, writes down what it
//! received, and answers from a [`Script`].

mod cache;
mod dialect;
mod images;
mod player;
mod record;
mod script;
mod server;

pub use record::Received;
pub use script::{Call, Rule, Script, Step};
pub use server::ScriptedModel;
