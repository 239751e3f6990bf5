//! The `windows` tool: what is open, and opening more.

use serde_json::json;

use super::ToolSchema;

/// Its parameters.
pub const PARAMETERS: &[&str] = &["window_id", "app", "url", "path"];

/// The applications of a desktop, as on its task bar.
pub const APPS: &[&str] = &["chromium", "terminal", "files", "editor"];

/// The schema.
pub fn schema() -> ToolSchema {
    ToolSchema {
        name: "windows".into(),
        description: "List the desktop's windows, bring one to the front, start an application, open a web page or a file.".into(),
        parameters: json!({
            "type": "object",
            "properties": {
                "action": {"type": "string", "enum": ["list", "focus", "launch", "open"], "description": "What to do."},
                "window_id": {"type": "integer", "minimum": 1, "description": "For focus: an id from list."},
                "app": {"type": "string", "enum": APPS, "description": "For launch: which application."},
                "url": {"type": "string", "description": "For open: a web page, http:// or https://."},
                "path": {"type": "string", "description": "For open: a file or folder, absolute, e.g. /drive/report.pdf."},
            },
            "required": ["action"],
        }),
    }
}
