//! A model server for tests. It listens on a loopback address, speaks the wire formats of Anthropic
//! (`/v1/messages`), OpenAI (`/v1/responses`, `/v1/chat/completions`) and Gemini
//! (`/v1/models/{model}:generateContent`, also under `/v1beta`), refuses what the providers refuse, writes down what it
//! received, and answers from a [`Script`]. A script is neutral: its calls of `computer` are written as calls of the
//! provider's own computer tool where a request declares one, and as those of a function where it declares that.

mod cache;
mod computer;
mod dialect;
mod images;
mod player;
mod record;
mod script;
mod server;

pub use record::Received;
pub use script::{Call, Rule, Script, Step, When};
pub use server::ScriptedModel;
