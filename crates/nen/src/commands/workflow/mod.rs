//! `nen workflow …`: Python workflows, from a new file to a published version.

mod bundle;
mod delete;
mod deploy;
mod deployment;
mod details;
mod init;
mod list;
mod rollback;
mod run;
mod show;
mod versions;

use clap::{Args, Subcommand};
use nen_protocol::segment::escaped;

use crate::{cli::GlobalArgs, login_file, output::Output};

/// What to do with workflows.
#[derive(Debug, Subcommand)]
pub enum WorkflowCommand {
    /// Write a small workflow to start from
    Init(init::InitArgs),
    /// Run a workflow here, against a desktop on the server; breakpoints work
    Run(run::RunArgs),
    /// Upload a workflow, or publish a new version of it
    Deploy(deploy::DeployArgs),
    /// List the workflows of your workspace
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    /// Show a workflow: its parameters, its secrets, its files
    #[command(visible_alias = "get")]
    Show(show::ShowArgs),
    /// List the versions of a workflow
    Versions(WorkflowId),
    /// Go back to an earlier version
    Rollback(rollback::RollbackArgs),
    /// Delete a workflow with all its versions
    #[command(visible_alias = "rm")]
    Delete(delete::DeleteArgs),
}

/// The workflow a command is about.
#[derive(Debug, Args)]
pub struct WorkflowId {
    /// Workflow id
    #[arg(value_name = "WORKFLOW")]
    pub id: String,
}

impl WorkflowId {
    /// The API path of the workflow with `rest` after it.
    pub fn path(&self, rest: &str) -> String {
        path(&self.id, rest)
    }
}

/// The API path of a workflow with `rest` after it.
pub fn path(id: &str, rest: &str) -> String {
    format!("/workflows/{}{rest}", escaped(id))
}

/// Runs the command, against the configured server where it needs one.
pub fn run(command: WorkflowCommand, global: &GlobalArgs, output: &Output) -> anyhow::Result<()> {
    let client = || login_file::client(global);
    match command {
        WorkflowCommand::Init(args) => init::run(&args, output),
        WorkflowCommand::Run(args) => run::run(&args, &client()?),
        WorkflowCommand::Deploy(args) => deploy::run(&args, &client()?, output),
        WorkflowCommand::List(args) => list::run(&args, &client()?, output),
        WorkflowCommand::Show(args) => show::run(&args, &client()?, output),
        WorkflowCommand::Versions(id) => versions::run(&id, &client()?, output),
        WorkflowCommand::Rollback(args) => rollback::run(&args, &client()?, output),
        WorkflowCommand::Delete(args) => delete::run(&args, &client()?, output),
    }
}
