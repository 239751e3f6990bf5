//! A shell inside the desktop.

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::execute::{Show, execute, shown};
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_bash",
    title: "Run a command",
    description: "Run a command in a bash shell on a desktop; the shell keeps its folder and variables between calls. The answer is its output; look at the screen with nen_screenshot.",
    input: || schema::of_desktop_tool("bash"),
    output: None,
    hints: Hints::DESTROYS.open_world(),
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Outcome {
    let done = execute(&call, "bash", Show::Nothing).await?;
    shown(&call, done).await
}
