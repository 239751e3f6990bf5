//! What the file says, as defaults of a command's flags.

use clap::{Arg, ArgAction, Command, builder::Resettable, error::ErrorKind};

use super::{
    file::{ConfigFile, Entry, Problem, Value},
    is_setting,
};

/// Everybody's permission to read a file, and to write it.
const ALL_READ: u32 = 0o004;
const ALL_WRITE: u32 = 0o002;

/// Sets the defaults, and says what of the file this command cannot be given.
pub(super) fn apply(mut command: Command, file: &ConfigFile) -> (Command, Vec<Problem>) {
    let mut problems = Vec::new();
    if file.mode & ALL_WRITE != 0 {
        problems.push(Problem {
            path: file.path.clone(),
            line: None,
            message: "everybody may change this file: chmod o-w".into(),
        });
    }
    // The environment must not be blamed on the file.
    let alone = command
        .clone()
        .mut_args(|argument| argument.env(Resettable::Reset));
    let settings: Vec<Arg> = command
        .get_arguments()
        .filter(|argument| is_setting(argument))
        .cloned()
        .collect();
    for argument in settings {
        let Some((key, entry)) = argument
            .get_long()
            .and_then(|key| file.entries.get_key_value(key))
        else {
            continue;
        };
        if argument.is_hide_env_values_set() && file.mode & ALL_READ != 0 && has_secret(entry) {
            let message = format!(
                "{key} has a secret, and everybody may read this file: chmod 0600, or set it in the environment"
            );
            problems.push(file.problem(entry.line, message));
            continue;
        }
        match values(&alone, &argument, key, entry) {
            Ok(values) => {
                command = command.mut_arg(argument.get_id(), |argument| {
                    argument.default_values(values)
                });
            }
            Err(message) => problems.push(file.problem(entry.line, message)),
        }
    }
    (command, problems)
}

/// The values as the flag takes them, after clap has checked each.
fn values(
    command: &Command,
    argument: &Arg,
    key: &str,
    entry: &Entry,
) -> Result<Vec<String>, String> {
    let takes_value = argument.get_action().takes_values();
    let values = match &entry.value {
        Value::Switch(on) if !takes_value => return Ok(vec![on.to_string()]),
        _ if !takes_value => return Err(format!("{key} is on or off: {key} = true")),
        Value::Switch(on) => vec![on.to_string()],
        Value::One(value) => vec![value.clone()],
        Value::Many(values) if is_repeatable(argument) => values.clone(),
        Value::Many(_) => return Err(format!("{key} takes one value, not a list")),
    };
    for value in &values {
        let line = [command.get_name().to_owned(), format!("--{key}={value}")];
        if let Err(error) = command.clone().try_get_matches_from(line) {
            // What else would have to be there may well be.
            if error.kind() != ErrorKind::MissingRequiredArgument {
                return Err(said(&error));
            }
        }
    }
    Ok(values)
}

fn is_repeatable(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append)
        || argument
            .get_num_args()
            .is_some_and(|range| range.max_values() > 1)
}

/// What clap says, without how to get help.
fn said(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let lines: Vec<&str> = first.lines().map(str::trim).collect();
    let text = lines.join(" ");
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}

/// Whether a value that could be secret is. A path is none, nor a URL without a password.
fn has_secret(entry: &Entry) -> bool {
    match &entry.value {
        Value::Switch(_) => false,
        Value::One(value) => is_secret(value),
        Value::Many(values) => values.iter().any(|value| is_secret(value)),
    }
}

fn is_secret(value: &str) -> bool {
    if value.starts_with('/') {
        return false;
    }
    reqwest::Url::parse(value).is_err() || nen_store::without_password(value).0.is_some()
}
