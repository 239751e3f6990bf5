//! A desktop that wakes up.

use http::Method;
use nen_protocol::segment::escaped;
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_resume_desktop",
    title: "Resume a desktop",
    description: "Let a paused desktop go on, or start one again that failed, with its files.",
    input,
    output: Some(schema::desktop),
    hints: Hints::CHANGES.idempotent(),
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(
        &json!({"desktop_id": schema::named_desktop_id()}),
        &["desktop_id"],
    )
}

#[derive(Deserialize)]
struct Arguments {
    desktop_id: String,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let desktop = arguments.desktop_id;
    let path = format!("/desktops/{}/resume", escaped(&desktop));
    let answer: Value = call.send(Method::POST, &path, None).await?;
    Ok(CallToolResult::structured(answer))
}
