//! A file with every setting, made from the flags themselves.

use clap::{Arg, Command};

use super::{CONFIGURED, is_setting};

const HEAD: &str = "\
# Settings of `nen serve` and `nen worker`, each with its default. Copy to /etc/nen/nen.toml (mode 0600 where it holds a
# password), take the # away from what you change, and see what holds with `nen config check`.
#
# Flags win over the environment, the environment over this file. Secrets of models and NEN_SECRET_KEY are set in the
# environment only.
";

/// The text of the example.
pub fn example(command: &Command) -> String {
    let mut text = HEAD.to_owned();
    let mut keys = Vec::new();
    for name in CONFIGURED {
        let Some(configured) = command.find_subcommand(name) else {
            continue;
        };
        let settings = configured
            .get_arguments()
            .filter(|argument| is_setting(argument) && !argument.is_hide_set());
        for argument in settings {
            let key = argument.get_long().unwrap_or_default();
            if keys.contains(&key) {
                continue;
            }
            keys.push(key);
            text.push_str(&entry(argument, key, name));
        }
    }
    text
}

fn entry(argument: &Arg, key: &str, command: &str) -> String {
    let help = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let environment = argument.get_env().unwrap_or_default().to_string_lossy();
    let only = if command == "worker" {
        ", of `nen worker` only"
    } else {
        ""
    };
    let help = help.replace('\n', "\n# ");
    format!(
        "\n# {help}\n# ({environment}{only})\n#{key} = {}\n",
        value(argument)
    )
}

/// The default as TOML, or what kind of value goes there.
fn value(argument: &Arg) -> String {
    if !argument.get_action().takes_values() {
        return "false".to_owned();
    }
    let values: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| quoted(&value.to_string_lossy()))
        .collect();
    match (values.as_slice(), argument.get_action()) {
        (values, clap::ArgAction::Append) => format!("[{}]", values.join(", ")),
        ([value], _) => value.clone(),
        _ => {
            let names = argument.get_value_names().unwrap_or_default();
            quoted(&names.first().map(ToString::to_string).unwrap_or_default())
        }
    }
}

/// Numbers as they are, text in quotes.
fn quoted(value: &str) -> String {
    if value.parse::<f64>().is_ok() {
        value.to_owned()
    } else {
        format!("{value:?}")
    }
}
