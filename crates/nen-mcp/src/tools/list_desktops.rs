//! The desktops there are.

use rmcp::model::CallToolResult;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_list_desktops",
    title: "List desktops",
    description: "List the desktops of the workspace, oldest first, with id, status, screen size and tools.",
    input,
    output: Some(output),
    hints: Hints::LOOKS,
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(&json!({}), &[])
}

fn output() -> Value {
    schema::object(
        &json!({"desktops": {"type": "array", "items": schema::desktop()}}),
        &["desktops"],
    )
}

async fn run(call: Call) -> Outcome {
    let desktops: Value = call.get("/desktops").await?;
    Ok(CallToolResult::structured(json!({"desktops": desktops})))
}
