//! The tools, one to a file. The table is all that knows them.

mod bash;
mod clipboard;
mod computer;
mod create_desktop;
mod delete_desktop;
mod delete_file;
mod get_desktop;
mod get_run_logs;
mod list_desktops;
mod list_files;
mod list_runs;
mod list_workflows;
mod open_session;
mod pause_desktop;
mod read_file;
mod resume_desktop;
mod run;
mod screenshot;
mod status;
mod update_workflow;
mod windows;
mod write_file;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use rmcp::model::{CallToolResult, Tool};
use serde_json::Value;

use crate::call::Call;
use crate::failure::Failure;
use crate::hints::Hints;
use crate::schema::fields;

/// How a tool ended. A failure becomes a result that is an error, which a model sees; never an error of the protocol,
/// which it does not.
pub(crate) type Outcome = Result<CallToolResult, Failure>;

/// A tool.
pub(crate) struct ToolEntry {
    /// How it is called.
    pub(crate) name: &'static str,
    /// For people.
    pub(crate) title: &'static str,
    /// For the model: what it does, and what comes back.
    pub(crate) description: &'static str,
    /// JSON Schema of its arguments.
    pub(crate) input: fn() -> Value,
    /// JSON Schema of its `structuredContent`, when it always has one of this shape.
    pub(crate) output: Option<fn() -> Value>,
    /// What it may do to the world.
    pub(crate) hints: Hints,
    /// Does it.
    pub(crate) run: fn(Call) -> BoxFuture<'static, Outcome>,
}

impl ToolEntry {
    /// As `tools/list` answers it.
    pub(crate) fn definition(&self) -> Tool {
        let tool = Tool::new(
            self.name,
            self.description,
            Arc::new(fields((self.input)())),
        )
        .with_title(self.title)
        .with_annotations(self.hints.annotations(self.title));
        match self.output {
            Some(output) => tool.with_raw_output_schema(Arc::new(fields(output()))),
            None => tool,
        }
    }
}

/// Every tool, in the order in which clients get them.
pub(crate) const TABLE: &[ToolEntry] = &[
    create_desktop::TOOL,
    list_desktops::TOOL,
    get_desktop::TOOL,
    delete_desktop::TOOL,
    pause_desktop::TOOL,
    resume_desktop::TOOL,
    screenshot::TOOL,
    computer::TOOL,
    bash::TOOL,
    clipboard::TOOL,
    windows::TOOL,
    open_session::TOOL,
    list_files::TOOL,
    read_file::TOOL,
    write_file::TOOL,
    delete_file::TOOL,
    update_workflow::TOOL,
    run::TOOL,
    status::TOOL,
    list_runs::TOOL,
    list_workflows::TOOL,
    get_run_logs::TOOL,
];

/// The tool of this name.
pub(crate) fn find(name: &str) -> Option<&'static ToolEntry> {
    TABLE.iter().find(|entry| entry.name == name)
}
