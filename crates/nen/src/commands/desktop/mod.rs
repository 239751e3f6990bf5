//! `nen desktop …`: the Desktop API from a terminal.

mod create;
mod delete;
mod details;
mod exec;
mod files;
mod list;
mod power;
mod replay;
mod screenshot;
mod status;
mod view;

use clap::{Args, Subcommand};
use nen_protocol::segment::escaped;

use crate::{cli::GlobalArgs, login_file, output::Output};

/// What to do with desktops.
#[derive(Debug, Subcommand)]
pub enum DesktopCommand {
    /// Create a desktop and wait until it is ready
    Create(create::CreateArgs),
    /// List the desktops of your workspace
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    /// Show one desktop
    #[command(visible_alias = "get")]
    Status(DesktopId),
    /// Print the address of the live view
    View(view::ViewArgs),
    /// Save what is on the screen as an image
    Screenshot(screenshot::ScreenshotArgs),
    /// Save what was done on a desktop as an animation or a trajectory
    Replay(replay::DesktopReplayArgs),
    /// Execute one action: click, type, press keys, …
    Exec(exec::ExecArgs),
    /// Pause a desktop; it keeps its files and frees its processor time
    Pause(DesktopId),
    /// Resume a paused desktop
    Resume(DesktopId),
    /// Delete desktops together with their files
    #[command(visible_alias = "rm")]
    Delete(delete::DeleteArgs),
    /// Files on a desktop's drive
    #[command(subcommand)]
    Files(files::FilesCommand),
}

/// The desktop a command is about.
#[derive(Debug, Args)]
pub struct DesktopId {
    /// Desktop id (dsk_…)
    #[arg(value_name = "DESKTOP")]
    pub id: String,
}

impl DesktopId {
    /// The API path of the desktop with `rest` after it.
    pub fn path(&self, rest: &str) -> String {
        format!("/desktops/{}{rest}", escaped(&self.id))
    }
}

/// Runs the command against the configured server.
pub fn run(command: DesktopCommand, global: &GlobalArgs, output: &Output) -> anyhow::Result<()> {
    let client = login_file::client(global)?;
    match command {
        DesktopCommand::Create(args) => create::run(&args, &client, output),
        DesktopCommand::List(args) => list::run(&args, &client, output),
        DesktopCommand::Status(id) => status::run(&id, &client, output),
        DesktopCommand::View(args) => view::run(&args, &client, output),
        DesktopCommand::Screenshot(args) => screenshot::run(&args, &client, output),
        DesktopCommand::Replay(args) => replay::run(&args, &client, output),
        DesktopCommand::Exec(args) => exec::run(&args, &client, output),
        DesktopCommand::Pause(id) => power::run(&id, power::Power::Pause, &client, output),
        DesktopCommand::Resume(id) => power::run(&id, power::Power::Resume, &client, output),
        DesktopCommand::Delete(args) => delete::run(&args, &client, output),
        DesktopCommand::Files(command) => files::run(command, &client, output),
    }
}
