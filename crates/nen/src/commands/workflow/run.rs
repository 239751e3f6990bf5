//! `nen workflow run`: a workflow in a Python on this machine, its desktop on the server.

use std::{
    ffi::OsString,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Context;
use clap::Args;

use super::bundle;
use crate::{client::Client, exit::UsageError};

/// Says by its exit code whether this Python has the package `nen`; a folder of that name alone is none.
const CHECK: &str = "\
import sys
if sys.version_info < (3, 11):
    print('.'.join(map(str, sys.version_info[:3])))
    sys.exit(43)
import importlib.util
found = importlib.util.find_spec('nen')
sys.exit(0 if found and found.origin and importlib.util.find_spec('nen.__main__') else 42)
";
/// Exit code of the check: the package is not there.
const NO_PACKAGE: i32 = 42;
/// Exit code of the check: this Python is too old; its version is printed.
const TOO_OLD: i32 = 43;

/// What is run, with what, where.
#[derive(Debug, Args)]
#[command(
    after_help = "The workflow runs in your Python, so that breakpoint() and debuggers work; its result is printed as \
    JSON and the exit code is 1 when it fails. Server and key are those of `nen login`. A desktop is created for it and deleted at its end, unless \
    --desktop names one.\n\n\
    A secret is taken from the environment: NEN_SECURE_PASSWORD for the field `password`.\n\n\
    Example:\n  nen workflow run . --param url=https://example.com --param rows=20"
)]
pub struct RunArgs {
    /// Folder with workflow.py in it, or a .py file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// A parameter (repeatable)
    #[arg(long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// JSON file with parameters; those of --param go over it
    #[arg(long, value_name = "FILE")]
    params_file: Option<PathBuf>,
    /// Use this desktop, and leave it as it is afterwards
    #[arg(long, value_name = "DESKTOP")]
    desktop: Option<String>,
    /// Model for Agent() where the workflow names none
    #[arg(long)]
    model: Option<String>,
    /// Python to run it with [default: of the active virtual environment, else python3]
    #[arg(long, value_name = "FILE")]
    python: Option<PathBuf>,
}

/// Becomes that Python: standard streams, signals and the exit code are the workflow's own.
pub fn run(args: &RunArgs, client: &Client) -> anyhow::Result<()> {
    let entry = bundle::entry(&args.path)?;
    if let Some(param) = args.params.iter().find(|param| !param.contains('=')) {
        return Err(UsageError(format!("--param {param:?}: expected NAME=VALUE")).into());
    }
    let key = client.key()?;
    let python = python(args.python.as_deref(), std::env::var_os("VIRTUAL_ENV"));
    check(&python)?;
    let error = Command::new(&python)
        .args(arguments(args, &entry))
        .env("NEN_API_URL", client.base())
        .env("NEN_API_KEY", key)
        .exec();
    Err(error).with_context(|| format!("cannot start {}", python.display()))
}

/// The one that was asked for, else that of the active virtual environment, else whatever the search path has.
fn python(asked: Option<&Path>, environment: Option<OsString>) -> PathBuf {
    match (asked, environment.filter(|folder| !folder.is_empty())) {
        (Some(python), _) => python.to_owned(),
        (None, Some(folder)) => Path::new(&folder).join("bin/python"),
        (None, None) => PathBuf::from("python3"),
    }
}

fn arguments(args: &RunArgs, entry: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = ["-m", "nen", "run"].map(OsString::from).to_vec();
    arguments.push(entry.into());
    for param in &args.params {
        arguments.extend(["--param".into(), param.into()]);
    }
    if let Some(file) = &args.params_file {
        arguments.extend(["--params-file".into(), file.into()]);
    }
    if let Some(desktop) = &args.desktop {
        arguments.extend(["--desktop".into(), desktop.into()]);
    }
    if let Some(model) = &args.model {
        arguments.extend(["--model".into(), model.into()]);
    }
    arguments
}

fn check(python: &Path) -> anyhow::Result<()> {
    let shown = python.display();
    let output = Command::new(python)
        .args(["-c", CHECK])
        .stdin(Stdio::null())
        .output()
        .with_context(|| {
            format!("cannot start {shown}; name a Python of 3.11 or later with --python")
        })?;
    match output.status.code() {
        Some(0) => Ok(()),
        Some(NO_PACKAGE) => anyhow::bail!(
            "{shown} does not have the package nen, which workflows import. Install it there: \
             `{shown} -m pip install nen`, or in a project of uv: `uv add nen`, then `uv run nen workflow run …`. \
             Another Python can be named with --python"
        ),
        Some(TOO_OLD) => anyhow::bail!(
            "{shown} is Python {}; workflows need 3.11 or later, name one with --python",
            String::from_utf8_lossy(&output.stdout).trim()
        ),
        _ => {
            let said = String::from_utf8_lossy(&output.stderr);
            anyhow::bail!(
                "{shown} cannot import the package nen: {}",
                said.trim().lines().last().unwrap_or("it ended by itself")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_python_is_the_one_that_was_asked_for_or_that_is_active() {
        let active = || Some(OsString::from("/home/ada/.venv"));
        assert_eq!(
            python(Some(Path::new("/usr/bin/python3.12")), active()),
            Path::new("/usr/bin/python3.12")
        );
        assert_eq!(
            python(None, active()),
            Path::new("/home/ada/.venv/bin/python")
        );
        assert_eq!(python(None, Some(OsString::new())), Path::new("python3"));
        assert_eq!(python(None, None), Path::new("python3"));
    }
}
