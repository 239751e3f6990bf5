//! What was done on a desktop, without what was typed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::action::ActionCall;
use crate::execute::ActionResult;
use crate::{Point, keys};

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It was done.
    Ok,
    /// It was refused or failed; `error` says why.
    Error,
    /// It was not begun, because an action before it in the same batch failed.
    Skipped,
}

/// One action as the controller saw it; typed text is already out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ActionRecord {
    /// Name of the tool.
    pub tool: String,
    /// Name of the action.
    pub action: String,
    /// Parameters; typed text is replaced by its length, a secret by `[secret]`.
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
    /// How it ended.
    pub status: Status,
    /// Text the action produced, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Where the pointer was put or found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<[i32; 2]>)]
    pub coordinate: Option<Point>,
    /// Whether a pixel of the screen changed; absent when nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
    /// When it began, Unix seconds with a fraction.
    pub started_at: f64,
    /// How long it took in milliseconds, without the settling after it; 0 where that would tell of a secret.
    pub duration_ms: f64,
}

/// One entry of `GET /desktops/{id}/tool-logs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToolLogEntry {
    /// Grows with time within a desktop; `?before=` takes it.
    pub id: i64,
    /// Who acted: the name of an API key, or `human`.
    pub actor: String,
    /// What was done.
    #[serde(flatten)]
    pub record: ActionRecord,
    /// Path of the screen after it; absent when no picture was taken, or it has been dropped for newer ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "/desktops/dsk_abc123def456/tool-logs/17/screenshot")]
    pub screenshot: Option<String>,
}

/// Longest text of a log entry, in characters; what is longer is cut.
const MAX_TEXT: usize = 200;
/// What stands in the place of a secret, and of what would tell of it.
const SECRET: &str = "[secret]";
/// Most items of a list in a log entry.
const MAX_ITEMS: usize = 32;

impl ActionRecord {
    /// The record of an action that was understood. What a keyboard typed or a clipboard took becomes
    /// its length.
    pub fn of(call: &ActionCall, result: &ActionResult, started_at: f64, duration_ms: f64) -> Self {
        let mut record = Self::bare(call, result, started_at, duration_ms);
        let params = call.params.iter().map(|(name, value)| {
            let shown = match value {
                // What an action does not look at may be anything, too.
                value if has_text(value) && (types(call) || !reads(call, name)) => length(value),
                value => value.clone(),
            };
            (name.clone(), shown)
        });
        record.params = params.collect();
        // What the clipboard holds is nobody's business but the caller's.
        record.output = match call.tool.as_str() {
            "clipboard" => result.output.as_ref().map(|text| length_of(text)),
            _ => result.output.clone(),
        };
        record.shortened()
    }

    /// The record of a call that was refused. A password may stand anywhere in a call that is wrong, so
    /// no text of its parameters is kept, nor where the error repeats it.
    pub fn refused(call: &ActionCall, result: &ActionResult, started_at: f64) -> Self {
        let mut record = Self::bare(call, result, started_at, 0.0);
        for (name, value) in &call.params {
            let kept = match value {
                Value::Bool(_) | Value::Number(_) | Value::Null => value.clone(),
                Value::Array(items) if items.iter().all(Value::is_number) => value.clone(),
                other => length(other),
            };
            record.params.insert(name.clone(), kept);
            if let (Value::String(text), Some(error)) = (value, &mut record.error) {
                *error = without(error, text);
            }
        }
        record.shortened()
    }

    /// The record of an action whose texts are a secret, done or not. Nothing in it depends on their length: not what the
    /// action said, nor why it failed, nor how long it took.
    pub fn secret(call: &ActionCall, result: &ActionResult, started_at: f64) -> Self {
        let mut record = Self::bare(call, result, started_at, 0.0);
        for (name, value) in &call.params {
            let hidden = || Value::String(SECRET.to_owned());
            let kept = match value {
                Value::Bool(_) | Value::Number(_) | Value::Null => value.clone(),
                Value::Array(items) if items.iter().all(Value::is_number) => value.clone(),
                _ => hidden(),
            };
            record.params.insert(name.clone(), kept);
        }
        record.error = record.error.map(|_| SECRET.to_owned());
        record.shortened()
    }

    /// The same without parameters and output, for a log that would grow too large with them.
    #[must_use]
    pub fn without_texts(&self) -> Self {
        let cut = |text: &Option<String>| text.as_ref().map(|text| length_of(text));
        Self {
            params: Map::new(),
            output: cut(&self.output),
            ..self.clone()
        }
    }

    fn bare(call: &ActionCall, result: &ActionResult, started_at: f64, duration_ms: f64) -> Self {
        Self {
            tool: call.tool.clone(),
            action: call.action.clone(),
            params: Map::new(),
            status: result.status,
            output: None,
            error: result.error.clone(),
            coordinate: result.coordinate,
            changed: None,
            started_at,
            duration_ms,
        }
    }

    fn shortened(mut self) -> Self {
        for text in [&mut self.tool, &mut self.action]
            .into_iter()
            .chain(&mut self.output)
            .chain(&mut self.error)
        {
            cut(text);
        }
        self.params = self
            .params
            .into_iter()
            .take(MAX_ITEMS)
            .map(|(mut name, mut value)| {
                cut(&mut name);
                shorten(&mut value);
                (name, value)
            })
            .collect();
        self
    }
}

/// Whether the text of a call is typed into the desktop.
fn types(call: &ActionCall) -> bool {
    let text = call.params.get("text").and_then(Value::as_str);
    match (call.tool.as_str(), call.action.as_str()) {
        ("computer", "type") | ("clipboard", "set") => true,
        ("computer", "key" | "hold_key" | "key_down" | "key_up") => {
            text.is_some_and(keys::types_characters)
        }
        _ => false,
    }
}

fn has_text(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Array(items) => items.iter().any(has_text),
        Value::Object(fields) => !fields.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a text that a call is given is one that its action looks at, and so one of few or meant to be seen.
fn reads(call: &ActionCall, name: &str) -> bool {
    match (call.tool.as_str(), name) {
        ("computer", "text") => !matches!(
            call.action.as_str(),
            "screenshot"
                | "zoom"
                | "cursor_position"
                | "mouse_move"
                | "left_mouse_down"
                | "left_mouse_up"
                | "wait"
        ),
        ("computer", "scroll_direction" | "direction") => call.action == "scroll",
        ("bash", "command") => call.action == "run",
        ("windows", "app") => call.action == "launch",
        ("windows", "url" | "path") => call.action == "open",
        _ => false,
    }
}

fn length(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(length_of(text)),
        Value::Array(items) => Value::String(format!("[{} items]", items.len())),
        other => Value::String(format!("[{} bytes]", other.to_string().len())),
    }
}

fn length_of(text: &str) -> String {
    format!("[{} characters]", text.chars().count())
}

/// An error without the quoted parts that a text is made of.
fn without(error: &str, text: &str) -> String {
    // An error quotes the whole, a word of it, or a key as keys are told apart.
    let words = std::iter::once(text).chain(text.split_whitespace());
    let mut parts: Vec<&str> = words
        .flat_map(|word| std::iter::once(word).chain(keys::split(word)))
        .collect();
    parts.retain(|part| !part.is_empty());
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts.iter().fold(error.to_owned(), |error, part| {
        error.replace(&format!("{part:?}"), &length_of(part))
    })
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => cut(text),
        Value::Array(items) => {
            items.truncate(MAX_ITEMS);
            items.iter_mut().for_each(shorten);
        }
        Value::Object(_) => *value = length(value),
        _ => {}
    }
}

fn cut(text: &mut String) {
    if let Some((at, _)) = text.char_indices().nth(MAX_TEXT) {
        text.truncate(at);
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{action::Action, tools};

    fn call(tool: &str, action: &str, params: &Value) -> ActionCall {
        ActionCall {
            tool: tool.into(),
            action: action.into(),
            params: params.as_object().cloned().unwrap_or_default(),
        }
    }

    fn logged(call: &ActionCall) -> String {
        let done = ActionRecord::of(call, &ActionResult::ok("done"), 0.0, 0.0);
        serde_json::to_string(&done).unwrap()
    }

    #[test]
    fn what_is_typed_is_not_logged_and_what_is_pressed_is() {
        for (action, text) in [
            ("type", "hunter2"),
            ("key", "shift+q"),
            ("key", "a b c"),
            ("hold_key", "exclam"),
            ("key", "space"),
        ] {
            let record = logged(&call("computer", action, &json!({"text": text})));
            assert!(
                !record.contains(text) && record.contains("characters]"),
                "{record}"
            );
        }
        for text in ["ctrl+shift+t", "Return", "alt+F4", "Down Down", "super"] {
            let record = logged(&call("computer", "key", &json!({"text": text})));
            assert!(record.contains(text), "{record}");
        }
        let set = logged(&call("clipboard", "set", &json!({"text": "hunter2"})));
        assert!(!set.contains("hunter2"));
    }

    #[test]
    fn a_secrets_record_is_the_same_for_every_secret() {
        let record = |text: &str, result: &ActionResult| {
            let call = call("computer", "type", &json!({"text": text, "interval": 0.0}));
            serde_json::to_value(ActionRecord::secret(&call, result, 1.0)).unwrap()
        };
        let typed = record("hunter2", &ActionResult::ok("typed 7 characters"));
        assert_eq!(
            typed,
            record("a far longer one", &ActionResult::ok("typed 16 characters"))
        );
        assert_eq!(typed["params"]["text"], "[secret]");
        assert_eq!(typed["status"], "ok");
        let failed = ActionResult::error("text has 100001 characters");
        assert_eq!(record("x", &failed)["error"], "[secret]");
        assert_eq!(record("x", &failed)["status"], "error");
    }

    #[test]
    fn a_refused_call_leaves_no_text() {
        for (tool, action, params, error) in [
            (
                "computer",
                "key",
                json!({"text": "My Passw0rd"}),
                "\"My Passw0rd\": unknown key \"My\" then \"Passw0rd\"",
            ),
            (
                "computer",
                "hold_key",
                json!({"text": "My + Passw0rd++Passw0rd"}),
                "\"My + Passw0rd++Passw0rd\": unknown keys \" Passw0rd\" and \"+Passw0rd\"",
            ),
            (
                "computer",
                "type",
                json!({"txt": "My Passw0rd"}),
                "unknown parameter \"txt\"",
            ),
            (
                "Computer",
                "type",
                json!({"text": "My Passw0rd", "deep": {"a": "Passw0rd"}}),
                "unknown tool \"Computer\"",
            ),
        ] {
            let call = call(tool, action, &params);
            let record = ActionRecord::refused(&call, &ActionResult::error(error), 0.0);
            let text = serde_json::to_string(&record).unwrap();
            assert!(!text.contains("Passw0rd"), "{text}");
        }
    }

    #[test]
    fn no_entry_is_long() {
        let params = json!({"text": "x".repeat(100_000), "coordinate": vec![1; 100_000]});
        let call = call("bash", "run", &params);
        let done = ActionRecord::of(&call, &ActionResult::ok("y".repeat(100_000)), 0.0, 0.0);
        assert!(serde_json::to_string(&done).unwrap().len() < 2000);
    }

    proptest! {
        /// Understood or refused, and whatever the refusal quotes.
        #[test]
        fn no_word_that_was_to_be_typed_is_logged(
            words in prop::collection::vec("[äöüßéλ\"'\\\\]{0,2}[äöüßéλ]{5,9}", 1..4),
            between in prop::sample::select(vec![" ", "+", "++", "\n", " + ", "+a+", "\u{a0}"]),
            action in prop::sample::select([tools::computer::ACTIONS, tools::computer::FURTHER_ACTIONS, &["typ"]].concat()),
            name in prop::sample::select([tools::computer::PARAMETERS, &["txt"]].concat()),
        ) {
            let call = call("computer", action, &json!({name: words.join(between)}));
            let record = match Action::parse(&call) {
                Ok(_) => ActionRecord::of(&call, &ActionResult::ok(""), 0.0, 0.0),
                Err(error) => ActionRecord::refused(&call, &ActionResult::error(error.to_string()), 0.0),
            };
            let told = format!("{:?} {:?} {:?}", record.params, record.output, record.error);
            for word in &words {
                let bare = word.trim_start_matches(['"', '\'', '\\']);
                prop_assert!(!told.contains(bare), "{} in {}", bare, told);
            }
        }
    }
}
