//! The desktop's clipboard.

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::execute::{Show, execute, shown};
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_clipboard",
    title: "Use the clipboard",
    description: "Read or replace the text of a desktop's clipboard. Long text is pasted faster than typed: set it, then press ctrl+v with nen_computer.",
    input: || schema::of_desktop_tool("clipboard"),
    output: None,
    hints: Hints::DESTROYS,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Outcome {
    let done = execute(&call, "clipboard", Show::Nothing).await?;
    shown(&call, done).await
}
