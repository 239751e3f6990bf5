//! What was done on a desktop, without what was typed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::Point;
use crate::action::ActionCall;

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
    /// Parameters; typed text is replaced by its length.
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
    /// How long it took, settling included, in milliseconds.
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
}

/// The parameters of a call fit for a log: what a keyboard typed becomes its length.
pub fn redact(call: &ActionCall) -> Map<String, Value> {
    let mut params = call.params.clone();
    let secret = match (call.tool.as_str(), call.action.as_str()) {
        ("computer", "type") | ("clipboard", "set") => true,
        // A password can be typed key by key; named keys and shortcuts tell nothing.
        ("computer", "key" | "hold_key") => params
            .get("text")
            .and_then(Value::as_str)
            .is_some_and(|text| text.split_whitespace().any(|key| key.chars().count() == 1)),
        _ => false,
    };
    if secret && let Some(text) = params.get_mut("text") {
        let count = text.as_str().map_or(0, |text| text.chars().count());
        *text = json!(format!("[{count} characters]"));
    }
    params
}
