//! Pieces of JSON Schema that several tools have.

use nen_protocol::tools::{self, NAMES};
use serde_json::{Map, Value, json};

/// The sentence about `desktop_id`, for descriptions.
const ONLY_ONE: &str = "Id of the desktop, dsk_…; may be left out when exactly one desktop is running (those of workflow runs do not count).";

/// `desktop_id` of a tool that works on a desktop.
pub(crate) fn desktop_id() -> Value {
    json!({"type": "string", "description": ONLY_ONE})
}

/// `desktop_id` where guessing would be wrong.
pub(crate) fn named_desktop_id() -> Value {
    json!({"type": "string", "description": "Id of the desktop, dsk_…"})
}

/// `path` of a file on the drive.
pub(crate) fn file_path() -> Value {
    json!({"type": "string", "description": "File on the desktop's drive, such as Downloads/invoice.pdf or /drive/Downloads/invoice.pdf."})
}

/// `deploymentId`, which Nen's published tools have.
pub(crate) fn deployment_id() -> Value {
    json!({"type": "string", "description": "Taken for compatibility and not used: the API key decides about the workspace."})
}

/// An object with these properties.
pub(crate) fn object(properties: &Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// The parameters of a desktop's tool, flat as the model of any client sees them, and the desktop.
pub(crate) fn of_desktop_tool(name: &str) -> Value {
    let mut schema =
        tools::schema(name).map_or_else(|_| object(&json!({}), &[]), |tool| tool.parameters);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("desktop_id".to_owned(), desktop_id());
    }
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    schema
}

/// A desktop in an answer.
pub(crate) fn desktop() -> Value {
    json!({
        "type": "object",
        "properties": {
            "desktop_id": {"type": "string"},
            "status": {"type": "string", "enum": ["creating", "running", "paused", "error", "deleted"]},
            "name": {"type": "string"},
            "display": {"type": "object", "properties": {"width": {"type": "integer"}, "height": {"type": "integer"}}},
            "tools": {"type": "array", "items": {"type": "string", "enum": NAMES}},
        },
        "required": ["desktop_id", "status"],
    })
}

/// A schema as rmcp holds it.
pub(crate) fn fields(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
