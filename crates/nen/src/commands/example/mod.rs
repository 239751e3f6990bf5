//! `nen example …`: short programs in which a model works on a desktop.

mod create;
mod embedded;
mod list;

use clap::Subcommand;

use crate::output::Output;

/// What to do with the examples.
#[derive(Debug, Subcommand)]
pub enum ExampleCommand {
    /// Write one into a folder, ready to be run
    Create(create::CreateArgs),
    /// List them
    #[command(visible_alias = "ls")]
    List,
}

/// Runs the command; it needs no server.
pub fn run(command: ExampleCommand, output: &Output) -> anyhow::Result<()> {
    match command {
        ExampleCommand::Create(args) => create::run(&args, output),
        ExampleCommand::List => list::run(output),
    }
}
