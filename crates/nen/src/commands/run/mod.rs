//! `nen run …`: runs of workflows on the server.

mod assets;
mod cancel;
mod details;
mod ending;
mod follow;
mod list;
mod log_line;
mod logs;
mod replay;
mod secrets;
mod start;
mod status;
mod step_line;
mod steps;
mod watch;
mod webhooks;

use clap::{Args, Subcommand};
use nen_protocol::segment::escaped;

use crate::{cli::GlobalArgs, login_file, output::Output};

/// What to do with runs.
#[derive(Debug, Subcommand)]
pub enum RunCommand {
    /// Start a run of a workflow
    Start(Box<start::StartArgs>),
    /// List runs, newest first
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    /// Show one run, its result or its error
    #[command(visible_alias = "get")]
    Status(RunId),
    /// Print the log of a run
    Logs(logs::LogsArgs),
    /// Follow steps and log of a run until its end
    Watch(RunId),
    /// List the steps of a run: every call of Agent and Computer
    Steps(RunId),
    /// End a run
    Cancel(RunId),
    /// List the webhooks of a run, or send one again
    Webhooks(webhooks::WebhooksArgs),
    /// Download the files that a run left in /artifacts
    Assets(assets::AssetsArgs),
    /// Save what a run did as an animation or a trajectory
    Replay(replay::RunReplayArgs),
}

/// The run a command is about.
#[derive(Debug, Args)]
pub struct RunId {
    /// Run id, the `messageId` of POST /runs
    #[arg(value_name = "RUN")]
    pub id: String,
}

impl RunId {
    /// The API path of the run with `rest` after it.
    pub fn path(&self, rest: &str) -> String {
        path(&self.id, rest)
    }
}

/// The API path of a run with `rest` after it.
fn path(id: &str, rest: &str) -> String {
    format!("/runs/{}{rest}", escaped(id))
}

/// Runs the command against the configured server.
pub fn run(command: RunCommand, global: &GlobalArgs, output: &Output) -> anyhow::Result<()> {
    let client = login_file::client(global)?;
    match command {
        RunCommand::Start(args) => start::run(&args, &client, output),
        RunCommand::List(args) => list::run(&args, &client, output),
        RunCommand::Status(id) => status::run(&id, &client, output),
        RunCommand::Logs(args) => logs::run(&args, &client, output),
        RunCommand::Watch(id) => watch::run(&id, &client, output),
        RunCommand::Steps(id) => steps::run(&id, &client, output),
        RunCommand::Cancel(id) => cancel::run(&id, &client, output),
        RunCommand::Webhooks(args) => webhooks::run(&args, &client, output),
        RunCommand::Assets(args) => assets::run(&args, &client, output),
        RunCommand::Replay(args) => replay::run(&args, &client, output),
    }
}
