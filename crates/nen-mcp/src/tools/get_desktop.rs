//! A desktop as a resource.

use nen_protocol::segment::escaped;
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;
use crate::which_desktop::named_or_only;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_get_desktop",
    title: "Look at a desktop",
    description: "Look at a desktop: status, screen size, tools, when it was made, its live-view session.",
    input,
    output: Some(schema::desktop),
    hints: Hints::LOOKS,
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(&json!({"desktop_id": schema::desktop_id()}), &[])
}

#[derive(Deserialize)]
struct Arguments {
    desktop_id: Option<String>,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let desktop = named_or_only(&call, arguments.desktop_id).await?;
    let path = format!("/desktops/{}", escaped(&desktop));
    let answer: Value = call.get(&path).await?;
    Ok(CallToolResult::structured(answer))
}
