use serde_json::{Map, Value};

use crate::action::ActionCall;

/// What a call of a model asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    /// What its result has to carry: ids, names, acknowledgements. Only the dialect that wrote it looks inside.
    pub reply: Map<String, Value>,
    /// What to do, in the model's coordinates; or what is wrong with the call, for the model to read.
    pub actions: Result<Vec<ActionCall>, String>,
    /// When its result carries an image.
    pub image: Wants,
}

/// When a result carries an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    /// When the call looked, and when it is the last of its turn and may have changed the screen.
    Newest,
    /// Whatever was asked.
    Always,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answered {
    /// As it was asked.
    pub reply: Map<String, Value>,
    /// What was done, or why not.
    pub text: String,
    /// Whether it was not done.
    pub failed: bool,
    /// What the screen showed then.
    pub image: Option<Image>,
}

/// An image as all providers take it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Image {
    /// `image/png`.
    pub media_type: String,
    /// Base64.
    pub data: String,
}

impl Image {
    /// As a `data:` URL.
    pub fn url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.data)
    }
}
