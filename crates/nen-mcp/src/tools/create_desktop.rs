//! A new desktop.

use http::Method;
use nen_protocol::tools::NAMES;
use rmcp::model::CallToolResult;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_create_desktop",
    title: "Create a desktop",
    description: "Create a Linux desktop with a browser; it is ready for the other tools when this answers. start_url opens a web page at once (it may still be loading). Everything may be left out. Delete it when it is not needed any more.",
    input,
    output: Some(schema::desktop),
    hints: Hints::CHANGES.open_world(),
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(
        &json!({
            "name": {"type": "string", "maxLength": 128, "description": "Shown to people."},
            "start_url": {"type": "string", "description": "A web page to open, http:// or https://."},
            "display": {
                "type": "object",
                "description": "Screen size in pixels, 1280x800 when left out.",
                "properties": {
                    "width": {"type": "integer", "minimum": 320, "maximum": 7680, "description": "Pixels."},
                    "height": {"type": "integer", "minimum": 320, "maximum": 7680, "description": "Pixels."},
                },
                "required": ["width", "height"],
            },
            "tools": {
                "type": "array",
                "items": {"type": "string", "enum": NAMES},
                "description": "What the desktop offers: computer for nen_computer, and so on; all when left out.",
            },
            "network": {
                "anyOf": [
                    {"type": "string", "enum": ["internet", "none"]},
                    {"type": "object", "properties": {"allow": {"type": "array", "items": {"type": "string"}}}, "required": ["allow"]},
                ],
                "description": "What it may reach: public addresses, nothing, or what allow lists: example.com, *.example.com, 203.0.113.0/24, each also with :port. Left out, what the workspace may reach.",
            },
            "timeout_seconds": {"type": "integer", "minimum": 1, "description": "Seconds after which it is deleted whatever happens; never when left out."},
            "idle_timeout_seconds": {"type": "integer", "minimum": 0, "description": "Seconds without a call after which on_idle happens, 1800 when left out; 0 for never."},
            "on_idle": {"type": "string", "enum": ["pause", "delete"], "description": "What happens then: pause, which is the default, until the next call wakes it, or delete."},
            "env": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Environment of its programs. No place for secrets."},
            "metadata": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Labels."},
        }),
        &[],
    )
}

async fn run(call: Call) -> Outcome {
    let mut wanted = call.arguments.clone().into_rest();
    // The tools of this server are listed before any desktop is there, so a desktop has them all unless told otherwise.
    wanted.entry("tools").or_insert_with(|| json!(NAMES));
    let body = Value::Object(wanted);
    let made: Value = call.send(Method::POST, "/desktops", Some(&body)).await?;
    Ok(CallToolResult::structured(made))
}
