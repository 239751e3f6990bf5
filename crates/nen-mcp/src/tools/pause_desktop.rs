//! A desktop that sleeps.

use http::Method;
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
    name: "nen_pause_desktop",
    title: "Pause a desktop",
    description: "Pause a desktop: its programs stop where they are. The next action, or nen_resume_desktop, lets them go on.",
    input,
    output: Some(schema::desktop),
    hints: Hints::CHANGES.idempotent(),
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
    let path = format!("/desktops/{}/pause", escaped(&desktop));
    let answer: Value = call.send(Method::POST, &path, None).await?;
    Ok(CallToolResult::structured(answer))
}
