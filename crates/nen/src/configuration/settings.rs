//! Which flags are settings.

use std::collections::BTreeSet;

use clap::{Arg, Command};

/// Commands whose settings the file may hold.
pub const CONFIGURED: [&str; 2] = ["serve", "worker"];

/// Whether a flag can be set in the file: it has a long name and an environment name, and belongs to its command alone.
pub fn is_setting(argument: &Arg) -> bool {
    argument.get_long().is_some()
        && argument.get_env().is_some()
        && argument.get_id() != "config"
        && !argument.is_global_set()
}

/// Every key that may stand in the file.
pub fn known_keys(command: &Command) -> BTreeSet<String> {
    let configured = CONFIGURED
        .iter()
        .filter_map(|name| command.find_subcommand(name));
    configured
        .flat_map(Command::get_arguments)
        .filter(|argument| is_setting(argument))
        .filter_map(|argument| argument.get_long().map(ToOwned::to_owned))
        .collect()
}
