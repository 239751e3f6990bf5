//! The `clipboard` tool.

use serde_json::json;

use super::ToolSchema;

/// Its parameters.
pub const PARAMETERS: &[&str] = &["text"];

/// The schema.
pub fn schema() -> ToolSchema {
    ToolSchema {
        name: "clipboard".into(),
        description: "Read or replace the text of the desktop's clipboard.".into(),
        parameters: json!({
            "type": "object",
            "properties": {
                "action": {"type": "string", "enum": ["get", "set"], "description": "get the text, or set it."},
                "text": {"type": "string", "description": "For set: the new text."},
            },
            "required": ["action"],
        }),
    }
}
