//! `nen config`: what a server would be started with.

mod check;
mod problems;
mod values;

use clap::{CommandFactory as _, Subcommand};

use self::check::CheckArgs;
use crate::{cli::Cli, configuration, output::Output};

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting with its source, and what is wrong; exit code 0 when nothing is
    Check(CheckArgs),
    /// Print a configuration file with every setting and its default
    Example,
}

/// Runs a command.
pub fn run(command: &ConfigCommand, output: &Output) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Check(args) => check::run(args, output),
        ConfigCommand::Example => Ok(output.text(configuration::example(&Cli::command()))?),
    }
}
