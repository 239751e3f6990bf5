//! Mouse, keyboard and screen.

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::execute::{Show, execute, shown};
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_computer",
    title: "Use mouse and keyboard",
    description: "Control a desktop's mouse, keyboard and screen. The answer is what was done, whether the screen changed, and an image of the screen once it has settled. Coordinates are pixels of the whole screenshot.",
    input: || schema::of_desktop_tool("computer"),
    output: None,
    hints: Hints::DESTROYS.open_world(),
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Outcome {
    let done = execute(&call, "computer", Show::Screen).await?;
    shown(&call, done).await
}
