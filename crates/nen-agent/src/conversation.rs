use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

/// An image as it goes to a model.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// `image/png` unless the screen said otherwise.
    pub media_type: String,
    /// Base64 without a `data:` prefix.
    pub data: Arc<str>,
}

impl Image {
    /// The image as a `data:` URL.
    pub(crate) fn url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.data)
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Image({}, {} characters)",
            self.media_type,
            self.data.len()
        )
    }
}

/// A piece of what a model is told.
#[derive(Clone, PartialEq, Eq)]
pub enum Part {
    /// Words; never empty.
    Text(String),
    /// A picture.
    Image(Image),
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} characters)", text.chars().count()),
            Self::Image(image) => image.fmt(f),
        }
    }
}

/// A tool that the model wants used.
#[derive(Clone, PartialEq)]
pub struct ToolCall {
    /// The provider's id of the call; empty when it gave none.
    pub id: String,
    /// Name of the tool.
    pub tool: String,
    /// The arguments, or what is wrong with them, for the model to read.
    pub input: Result<Map<String, Value>, String>,
}

impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ToolCall({} {})", self.tool, self.id)
    }
}

/// What came of a tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolResult {
    /// The id of the call.
    pub id: String,
    /// Name of the tool.
    pub tool: String,
    /// Text and pictures; never empty.
    pub content: Vec<Part>,
    /// Whether it failed.
    pub failed: bool,
}

impl ToolResult {
    /// The text of all its parts.
    pub(crate) fn text(&self) -> String {
        let texts: Vec<&str> = self
            .content
            .iter()
            .filter_map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Image(_) => None,
            })
            .collect();
        texts.join("\n")
    }

    /// Its pictures.
    pub(crate) fn images(&self) -> impl Iterator<Item = &Image> {
        self.content.iter().filter_map(|part| match part {
            Part::Image(image) => Some(image),
            Part::Text(_) => None,
        })
    }
}

/// One message of a conversation.
#[derive(Clone, PartialEq)]
pub enum Message {
    /// What the user says and shows.
    User(Vec<Part>),
    /// What the model said, as its provider wrote it. It is sent back untouched, with reasoning, thoughts
    /// and signatures in it that only the provider understands.
    Model(Value),
    /// The results of all calls of the message before.
    Results(Vec<ToolResult>),
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(parts) => f.debug_tuple("User").field(parts).finish(),
            // It holds what the model wants typed.
            Self::Model(_) => f.write_str("Model(..)"),
            Self::Results(results) => f.debug_tuple("Results").field(results).finish(),
        }
    }
}

/// What is said between us and one model of one provider.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// What the model is told before all else.
    pub system: String,
    /// In order; the first is the user's, and model and user take turns.
    pub messages: Vec<Message>,
    /// Index of the last message that will not change any more, once there is one.
    pub(crate) stable: Option<usize>,
}

impl Conversation {
    /// A conversation that begins with what the user says.
    pub fn new(system: impl Into<String>, first: Vec<Part>) -> Self {
        Self {
            system: system.into(),
            messages: vec![Message::User(first)],
            stable: None,
        }
    }

    /// Adds what the model said. A model that said nothing at all leaves no message: no provider takes
    /// an empty one back.
    pub(crate) fn heard(&mut self, raw: Value) {
        if !raw.is_null() {
            self.messages.push(Message::Model(raw));
        }
    }

    /// Says something to the model, as part of the last message where that is ours already.
    pub(crate) fn say(&mut self, text: &str) {
        let part = Part::Text(text.to_owned());
        match self.messages.last_mut() {
            Some(Message::User(parts)) => parts.push(part),
            Some(Message::Results(results)) if !results.is_empty() => {
                if let Some(last) = results.last_mut() {
                    last.content.push(part);
                }
            }
            _ => self.messages.push(Message::User(vec![part])),
        }
    }

    /// All parts that are ours, oldest first, each with the index of its message.
    pub(crate) fn parts_mut(&mut self) -> impl Iterator<Item = (usize, &mut Part)> {
        self.messages
            .iter_mut()
            .enumerate()
            .flat_map(|(at, message)| {
                let parts: Vec<&mut Part> = match message {
                    Message::User(parts) => parts.iter_mut().collect(),
                    Message::Results(results) => {
                        results.iter_mut().flat_map(|r| &mut r.content).collect()
                    }
                    Message::Model(_) => Vec::new(),
                };
                parts.into_iter().map(move |part| (at, part))
            })
    }
}
