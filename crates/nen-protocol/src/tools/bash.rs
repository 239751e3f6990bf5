//! The `bash` tool: a shell inside the desktop.

use serde_json::json;

use super::ToolSchema;

/// Its parameters.
pub const PARAMETERS: &[&str] = &["command", "timeout"];

/// The schema.
pub fn schema() -> ToolSchema {
    ToolSchema {
        name: "bash".into(),
        description: "Run commands in a bash shell on the desktop. The shell keeps its folder and variables between calls.".into(),
        parameters: json!({
            "type": "object",
            "properties": {
                "action": {"type": "string", "enum": ["run", "restart"], "description": "run a command, or restart the shell."},
                "command": {"type": "string", "description": "For run: the command. Output over 10000 characters keeps its head and tail."},
                "timeout": {"type": "number", "minimum": 0, "maximum": 300, "description": "Seconds until the command is ended, 120 when left out."},
            },
            "required": ["action"],
        }),
    }
}
