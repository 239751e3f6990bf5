//! What is on a desktop's drive.

use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::drive;
use crate::hints::Hints;
use crate::schema;
use crate::which_desktop::named_or_only;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_list_files",
    title: "List files",
    description: "List a folder of a desktop's drive, /drive inside the desktop. The browser downloads to Downloads.",
    input,
    output: Some(output),
    hints: Hints::LOOKS,
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(
        &json!({
            "desktop_id": schema::desktop_id(),
            "path": {"type": "string", "description": "Folder on the drive, such as Downloads; the drive itself when left out."},
        }),
        &[],
    )
}

fn output() -> Value {
    let file = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "size": {"type": "integer"},
            "modified": {"type": "number"},
            "is_dir": {"type": "boolean"},
        },
        "required": ["name", "size"],
    });
    json!({"type": "object", "properties": {"files": {"type": "array", "items": file}}, "required": ["files"]})
}

#[derive(Deserialize)]
struct Arguments {
    desktop_id: Option<String>,
    path: Option<String>,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let desktop = named_or_only(&call, arguments.desktop_id).await?;
    let path = drive::listing(&desktop, arguments.path.as_deref().unwrap_or(""))?;
    let files: Value = call.get(&path).await?;
    Ok(CallToolResult::structured(files))
}
