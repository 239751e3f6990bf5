//! What is open on a desktop, and opening more.

use rmcp::model::CallToolResult;
use serde_json::json;

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::execute::{Show, data, execute, shown};
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_windows",
    title: "Use windows",
    description: "List a desktop's windows with titles and ids, bring one to the front, start an application, open a web page or a file.",
    input: || schema::of_desktop_tool("windows"),
    output: None,
    hints: Hints::CHANGES.open_world(),
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Outcome {
    let done = execute(&call, "windows", Show::Screen).await?;
    let list = (done.action == "list").then(|| data(&done)).flatten();
    match list {
        Some(windows) => Ok(CallToolResult::structured(json!({"windows": windows}))),
        None => shown(&call, done).await,
    }
}
