//! `--secret`: values that never stand on a command line.

use std::{collections::BTreeMap, io::IsTerminal};

use crate::{
    exit::UsageError,
    output::{ask_hidden, printable},
};

/// Environment name of the secret that signs requests with secrets in them.
pub const SIGNING_SECRET: &str = "NEN_SIGNING_SECRET";

/// Where the value of a secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The person at the terminal.
    Terminal,
    /// This environment variable.
    Variable(String),
}

/// A secret by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretArg {
    name: String,
    source: Source,
}

/// `name`, or `name=env:VARIABLE`.
pub fn parse(text: &str) -> Result<SecretArg, String> {
    let (name, source) = match text.split_once('=') {
        None => (text, Source::Terminal),
        Some((name, source)) => match source.strip_prefix("env:") {
            Some(variable) if !variable.is_empty() => (name, Source::Variable(variable.to_owned())),
            // What was given may be the secret itself: the message does not repeat it.
            _ => {
                return Err(
                    "expected NAME, which asks for the value, or NAME=env:VARIABLE; a secret on a command line \
                     would be seen by every program on this machine"
                        .to_owned(),
                );
            }
        },
    };
    if name.is_empty() {
        return Err("expected NAME or NAME=env:VARIABLE".to_owned());
    }
    Ok(SecretArg {
        name: name.to_owned(),
        source,
    })
}

/// What signs the request; needed only when there are secrets.
pub fn signing_secret() -> Result<String, UsageError> {
    std::env::var(SIGNING_SECRET)
        .ok()
        .map(|secret| secret.trim().to_owned())
        .filter(|secret| !secret.is_empty())
        .ok_or_else(|| {
            UsageError(format!(
                "secrets go only with a signed request: set {SIGNING_SECRET} to the workspace's signing secret. \
                 It was shown when it was made; `nen settings rotate-signing-secret` makes a new one and keeps the \
                 old one valid for 24 hours"
            ))
        })
}

/// The values of exactly the secrets that the workflow needs.
pub fn values(
    arguments: &[SecretArg],
    needed: &[String],
) -> anyhow::Result<BTreeMap<String, String>> {
    check_names(arguments, needed)?;
    let mut values = BTreeMap::new();
    for SecretArg { name, source } in arguments {
        let value = match source {
            Source::Variable(variable) => std::env::var(variable)
                .ok()
                .filter(|value| !value.is_empty())
                .ok_or_else(|| {
                    UsageError(format!(
                        "the secret {name} is to come from the environment variable {variable}, which is not set"
                    ))
                })?,
            Source::Terminal if std::io::stdin().is_terminal() => {
                ask_hidden(&format!("{}: ", printable(name)))?
                    .ok_or_else(|| UsageError(format!("no value was given for the secret {name}")))?
            }
            Source::Terminal => {
                let text = format!(
                    "there is no terminal to ask for the secret {name} on; use --secret {name}=env:VARIABLE"
                );
                return Err(UsageError(text).into());
            }
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

fn check_names(arguments: &[SecretArg], needed: &[String]) -> Result<(), UsageError> {
    for (at, argument) in arguments.iter().enumerate() {
        let name = &argument.name;
        if !needed.contains(name) {
            return Err(UsageError(match needed {
                [] => format!("the workflow takes no secrets, so not {name:?} either"),
                needed => format!(
                    "the workflow has no secret {name:?}; it has {}",
                    needed.join(", ")
                ),
            }));
        }
        if arguments[..at].iter().any(|other| &other.name == name) {
            return Err(UsageError(format!("--secret {name} is there twice")));
        }
    }
    let missing: Vec<String> = needed
        .iter()
        .filter(|name| !arguments.iter().any(|argument| &&argument.name == name))
        .map(|name| format!("--secret {name}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(UsageError(format!(
        "the workflow needs secrets: {} (asks for the value; NAME=env:VARIABLE takes it from the environment)",
        missing.join(" ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_from_the_terminal_or_the_environment() {
        let password = parse("password").unwrap();
        assert_eq!(password.source, Source::Terminal);
        let token = parse("token=env:PORTAL_TOKEN").unwrap();
        assert_eq!(token.source, Source::Variable("PORTAL_TOKEN".into()));
    }

    #[test]
    fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
        let error = parse("password=hunter2").unwrap_err();
        assert!(
            error.contains("env:VARIABLE") && !error.contains("hunter2"),
            "{error}"
        );
        for wrong in ["", "=env:X", "password=", "password=env:"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn exactly_the_secrets_of_the_workflow_are_taken() {
        let arguments = |names: &[&str]| -> Vec<SecretArg> {
            names.iter().map(|name| parse(name).unwrap()).collect()
        };
        let needed = ["password".to_owned(), "pin".to_owned()];
        check_names(&arguments(&["pin", "password"]), &needed).unwrap();
        check_names(&[], &[]).unwrap();
        for (given, hint) in [
            (&["password"][..], "--secret pin"),
            (&["pasword", "pin"][..], "it has password, pin"),
            (&["pin", "pin", "password"][..], "twice"),
        ] {
            let error = check_names(&arguments(given), &needed).unwrap_err();
            assert!(error.to_string().contains(hint), "{error}");
        }
    }
}
