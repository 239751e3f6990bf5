//! The end of a file.

use http::Method;
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
    name: "nen_delete_file",
    title: "Delete a file",
    description: "Delete a file, or an empty folder, of a desktop's drive.",
    input,
    output: Some(output),
    hints: Hints::DESTROYS.idempotent(),
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(
        &json!({"desktop_id": schema::desktop_id(), "path": schema::file_path()}),
        &["path"],
    )
}

fn output() -> Value {
    json!({"type": "object", "properties": {"deleted": {"type": "string"}}, "required": ["deleted"]})
}

#[derive(Deserialize)]
struct Arguments {
    desktop_id: Option<String>,
    path: String,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let desktop = named_or_only(&call, arguments.desktop_id).await?;
    let path = drive::file(&desktop, &arguments.path)?;
    let _: Value = call.send(Method::DELETE, &path, None).await?;
    Ok(CallToolResult::structured(
        json!({"deleted": arguments.path}),
    ))
}
