//! Settings from a file, beside flags and the environment.
//!
//! There is no second list of settings: keys are the long names of flags that have an environment name, and what stands in
//! the file becomes the default of its flag before the command line is parsed. So flags win over the environment, the
//! environment over the file, and the file over the usual defaults. Flags that only go together have to be checked after
//! parsing: to `requires` and `conflicts_with` of clap a default counts as not given.

mod arguments;
mod defaults;
mod example;
mod file;
mod place;
mod settings;

use std::ffi::OsString;

use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

pub use arguments::ConfigArgs;
pub use example::example;
pub use file::{ConfigFile, Problem};
pub use place::Place;
pub use settings::{CONFIGURED, is_setting, known_keys};

use crate::{cli::Cli, exit::UsageError};

/// Parses the command line of this process, with the defaults of its configuration file.
///
/// # Errors
/// When the file cannot be read or holds what it must not. A command line that is wrong ends the process here.
pub fn parse(arguments: &[OsString]) -> anyhow::Result<Cli> {
    let mut command = Cli::command();
    if let Some(name) = arguments::configured(&command, arguments)
        && let Some(file) = ConfigFile::at(&Place::of(arguments))?
    {
        let (with_file, problems) = apply(command, &name, &file);
        if !problems.is_empty() {
            return Err(UsageError(Problem::list(&problems)).into());
        }
        command = with_file;
    }
    let matches = command.get_matches_from(arguments);
    Ok(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()))
}

/// The command line with what the file says as defaults of one of its commands, and what is wrong with the file.
pub fn apply(command: Command, name: &str, file: &ConfigFile) -> (Command, Vec<Problem>) {
    let known = known_keys(&command);
    let mut problems = file.unknown(&known);
    let command = command.mut_subcommand(name, |configured| {
        let (configured, wrong) = defaults::apply(configured, file);
        problems.extend(wrong);
        configured
    });
    (command, problems)
}

/// What a command has been given, by the name of the command.
pub fn matches_of<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a ArgMatches> {
    matches.subcommand_matches(name)
}

#[cfg(test)]
mod tests;
