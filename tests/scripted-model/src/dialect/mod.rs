//! What each provider demands of a request, and how it writes an answer.

pub(crate) mod anthropic;
pub(crate) mod chat;
pub(crate) mod gemini;
pub(crate) mod responses;

use std::collections::HashSet;

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::cache::{Block, Read};
use crate::computer::Computer;
use crate::images::Size;
use crate::player::Subject;
use crate::script::Step;

/// What was understood of a request.
#[derive(Debug, Default)]
pub(crate) struct Understood {
    pub(crate) model: String,
    pub(crate) subject: Subject,
    pub(crate) blocks: Vec<Block>,
    pub(crate) images: usize,
    /// Size of the newest image of which it is known.
    pub(crate) seen: Option<Size>,
    /// The computer tool it declared.
    pub(crate) computer: Computer,
}

impl Understood {
    /// Counts an image that was checked.
    fn sees(&mut self, size: Option<Size>) {
        self.images += 1;
        self.seen = size.or(self.seen);
    }
}

/// Which answer is written, and what it has cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answering<'a> {
    pub(crate) found: &'a Understood,
    /// Number of the request, for ids.
    pub(crate) number: u64,
    pub(crate) read: Read,
    /// Tokens of the answer.
    pub(crate) output: u64,
}

/// The providers' formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Anthropic,
    Responses,
    Chat,
    Gemini,
}

impl Dialect {
    /// Whether callers have to mark what is to be cached.
    pub(crate) fn caches_marks(self) -> bool {
        self == Self::Anthropic
    }

    /// The key that came with a request.
    pub(crate) fn key(self, headers: &HeaderMap) -> Option<String> {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::to_owned);
        let bearer = || {
            let value = text("authorization")?;
            value.strip_prefix("Bearer ").map(str::to_owned)
        };
        match self {
            // Newer clients send the second.
            Self::Anthropic => text("x-api-key").or_else(bearer),
            Self::Gemini => text("x-goog-api-key"),
            Self::Responses | Self::Chat => bearer(),
        }
        .filter(|key| !key.is_empty())
    }

    /// Whether it answers without a key: only servers of one's own do.
    pub(crate) fn needs_key(self) -> bool {
        self != Self::Chat
    }

    pub(crate) fn understand(
        self,
        headers: &HeaderMap,
        model: Option<&str>,
        body: &Value,
    ) -> Result<Understood, String> {
        match self {
            Self::Anthropic => anthropic::understand(headers, body),
            Self::Responses => responses::understand(body),
            Self::Chat => chat::understand(body),
            Self::Gemini => gemini::understand(model.unwrap_or_default(), body),
        }
    }

    /// Writes an answer; an error when the script calls what the declared tools cannot do.
    pub(crate) fn answer(
        self,
        step: &Step,
        found: &Understood,
        number: u64,
        read: Read,
    ) -> Result<Value, String> {
        let output = crate::cache::count(&json!([
            step.text,
            step.calls
                .iter()
                .map(|call| &call.input)
                .collect::<Vec<_>>()
        ]));
        let answering = Answering {
            found,
            number,
            read,
            output,
        };
        match self {
            Self::Anthropic => anthropic::answer(step, answering),
            Self::Responses => responses::answer(step, answering),
            Self::Chat => Ok(chat::answer(step, answering)),
            Self::Gemini => gemini::answer(step, answering),
        }
    }

    pub(crate) fn error(self, status: u16, message: &str) -> Value {
        match self {
            Self::Anthropic => {
                json!({"type": "error", "error": {"type": kind(status), "message": message}})
            }
            Self::Responses | Self::Chat => {
                json!({"error": {"message": message, "type": kind(status), "param": null, "code": null}})
            }
            Self::Gemini => {
                json!({"error": {"code": status, "message": message, "status": kind(status).to_uppercase()}})
            }
        }
    }
}

fn kind(status: u16) -> &'static str {
    match status {
        400 => "invalid_request_error",
        401 => "authentication_error",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        _ => "api_error",
    }
}

/// A field that has to be a text that is not empty.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str, String> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| format!("{pointer} must be a text that is not empty"))
}

/// A field that has to be a list with something in it.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> Result<&'a [Value], String> {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .filter(|items| !items.is_empty())
        .map(Vec::as_slice)
        .ok_or_else(|| format!("{pointer} must be a list with something in it"))
}

/// Answers are whole here.
pub(crate) fn whole(body: &Value) -> Result<(), String> {
    match &body["stream"] {
        Value::Null | Value::Bool(false) => Ok(()),
        _ => Err("stream: this server does not stream".to_owned()),
    }
}

/// Content that may be a text instead of a list of blocks, as a list of blocks of one type.
pub(crate) fn blocks(content: &Value, kind: &str) -> Result<Vec<Value>, String> {
    match content {
        Value::String(text) if !text.is_empty() => Ok(vec![json!({"type": kind, "text": text})]),
        content => list(content, "").map(<[Value]>::to_vec),
    }
}

/// Only these fields may stand in an object.
pub(crate) fn only(value: &Value, place: &str, known: &[&str]) -> Result<(), String> {
    let fields = value
        .as_object()
        .ok_or_else(|| format!("{place} must be an object"))?;
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!("{place}.{name}: extra inputs are not permitted")),
        None => Ok(()),
    }
}

/// A tool's name and schema.
pub(crate) fn check_tool(name: &str, schema: &Value) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.len() > 64 || !name.chars().all(legal) {
        return Err(format!(
            "the tool name {name:?} does not match ^[a-zA-Z0-9_-]{{1,64}}$"
        ));
    }
    if schema["type"] != "object" {
        return Err(format!("the schema of {name} must have type object"));
    }
    jsonschema::validator_for(schema)
        .map(drop)
        .map_err(|error| format!("the schema of {name} is not valid: {error}"))
}

/// The tool that is forced has to be one of the tools.
pub(crate) fn check_forced(forced: Option<&str>, names: &HashSet<String>) -> Result<(), String> {
    match forced {
        Some(name) if !names.contains(name) => {
            Err(format!("the forced tool {name:?} is not among the tools"))
        }
        _ => Ok(()),
    }
}
