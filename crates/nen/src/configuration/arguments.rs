//! Finding out, before anything is parsed, whether a file counts.

use std::ffi::OsString;

use clap::{Args, Command};

/// The flag of every command that reads the file.
#[derive(Clone, Debug, Args)]
pub struct ConfigArgs {
    /// File with settings [default: /etc/nen/nen.toml as root, else ~/.config/nen/nen.toml, where there is one]
    #[arg(long, env = "NEN_CONFIG", value_name = "FILE")]
    // Read before the command line is parsed; here it is for the help.
    config: Option<OsString>,
}

/// The command that is meant, when it reads the file and is not only asked for its help.
pub fn configured(command: &Command, arguments: &[OsString]) -> Option<String> {
    let words = || {
        let given = arguments.iter().skip(1);
        given
            .map_while(|word| word.to_str())
            .take_while(|word| *word != "--")
    };
    if words().any(|word| word == "--help" || word == "-h") {
        return None;
    }
    // The value of a global flag before the command could have a command's name, and then no file would be read.
    let named = words().find_map(|word| command.find_subcommand(word))?;
    named
        .get_arguments()
        .any(|argument| argument.get_id() == "config")
        .then(|| named.get_name().to_owned())
}
