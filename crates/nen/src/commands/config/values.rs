//! Every setting with its value and where that is from.

use clap::{Arg, ArgMatches, Command, parser::ValueSource};
use reqwest::Url;
use serde::Serialize;

use crate::configuration::{ConfigFile, is_setting};

/// A setting as it holds.
#[derive(Debug, Serialize)]
pub(super) struct Setting {
    /// The flag's long name, which is its key in the file.
    pub key: String,
    /// Its value without what is secret in it; none where nothing is set and the default depends on other things.
    pub value: Option<String>,
    /// Who set it.
    pub source: Source,
    /// Its environment name.
    pub environment: String,
    /// The line of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// Who set a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Source {
    Default,
    File,
    Environment,
    Flag,
}

impl Setting {
    pub fn is_usual(&self) -> bool {
        self.source == Source::Default
    }

    pub fn source_text(&self) -> String {
        match (self.source, self.line) {
            (Source::Default, _) => "default".into(),
            (Source::File, Some(line)) => format!("file, line {line}"),
            (Source::File, None) => "file".into(),
            (Source::Environment, _) => self.environment.clone(),
            (Source::Flag, _) => "flag".into(),
        }
    }
}

/// The settings of a command.
pub(super) fn of(
    command: &Command,
    matches: &ArgMatches,
    file: Option<&ConfigFile>,
) -> Vec<Setting> {
    command
        .get_arguments()
        .filter(|argument| is_setting(argument) && !argument.is_hide_set())
        .map(|argument| setting(argument, matches, file))
        .collect()
}

fn setting(argument: &Arg, matches: &ArgMatches, file: Option<&ConfigFile>) -> Setting {
    let key = argument.get_long().unwrap_or_default().to_owned();
    let entry = file.and_then(|file| file.entries.get(&key));
    let source = match matches.value_source(argument.get_id().as_str()) {
        Some(ValueSource::CommandLine) => Source::Flag,
        Some(ValueSource::EnvVariable) => Source::Environment,
        _ if entry.is_some() => Source::File,
        _ => Source::Default,
    };
    let values: Vec<String> = matches
        .get_raw(argument.get_id().as_str())
        .into_iter()
        .flatten()
        .map(|value| value.to_string_lossy().into_owned())
        .map(|value| match argument.is_hide_env_values_set() {
            true => without_secret(&value),
            false => value,
        })
        .collect();
    Setting {
        value: (!values.is_empty()).then(|| values.join(", ")),
        line: entry
            .filter(|_| source == Source::File)
            .map(|entry| entry.line),
        environment: argument
            .get_env()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        source,
        key,
    }
}

/// A URL without its password, or a path; of anything else nothing.
fn without_secret(value: &str) -> String {
    if value.starts_with('/') {
        return value.into();
    }
    if Url::parse(value).is_err() {
        return "(hidden)".into();
    }
    match nen_store::without_password(value) {
        (None, url) => url,
        (Some(_), url) => format!("{url} (password hidden)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(
            without_secret("postgres://nen:geheim@db:5432/nen"),
            "postgres://nen@db:5432/nen (password hidden)"
        );
        assert_eq!(
            without_secret("postgres://nen@db/nen?password=geheim"),
            "postgres://nen@db/nen (password hidden)"
        );
        assert_eq!(without_secret("/srv/objects"), "/srv/objects");
        assert_eq!(
            without_secret("postgres://nen@db/nen"),
            "postgres://nen@db/nen"
        );
        assert_eq!(
            without_secret("sqlite:/var/lib/nen.db"),
            "sqlite:/var/lib/nen.db"
        );
        assert_eq!(without_secret("geheim"), "(hidden)");
    }
}
