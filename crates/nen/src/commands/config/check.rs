//! `nen config check`.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, CommandFactory as _, ValueEnum};
use serde_json::json;

use super::{
    problems::{self, Finding, Level},
    values::{self, Setting},
};
use crate::{
    cli::Cli,
    configuration::{self, ConfigFile, Place},
    exit::AlreadyReported,
    output::{Output, Table},
};

/// What to check.
#[derive(Debug, Args)]
#[command(
    after_help = "Settings of the environment count as they are here: run it with those that the server gets, such as\n\
    systemd-run -P -p EnvironmentFile=/etc/nen/nen.env nen config check"
)]
pub struct CheckArgs {
    /// File with settings [default: /etc/nen/nen.toml as root, else ~/.config/nen/nen.toml, where there is one]
    #[arg(long, env = "NEN_CONFIG", value_name = "FILE")]
    config: Option<OsString>,
    /// Whose settings
    #[arg(long = "for", value_enum, default_value_t = Whose::Serve, value_name = "COMMAND")]
    whose: Whose,
    /// Flags that it is started with
    #[arg(last = true, value_name = "FLAGS")]
    flags: Vec<OsString>,
}

/// Commands that have settings.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Whose {
    /// `nen serve`
    Serve,
    /// `nen worker`
    Worker,
}

/// What was found.
struct Checked {
    file: Option<PathBuf>,
    settings: Vec<Setting>,
    findings: Vec<Finding>,
}

/// Shows the settings and what is wrong with them.
pub fn run(args: &CheckArgs, output: &Output) -> anyhow::Result<()> {
    let name = match args.whose {
        Whose::Serve => "serve",
        Whose::Worker => "worker",
    };
    let checked = check(args, name);
    let failed = checked
        .findings
        .iter()
        .any(|finding| finding.level == Level::Error);
    if output.is_json() {
        output.json(&json!({
            "command": name,
            "file": checked.file,
            "ok": !failed,
            "settings": checked.settings,
            "problems": checked.findings,
        }))?;
    } else {
        show(&checked, name, output)?;
    }
    if failed {
        return Err(AlreadyReported.into());
    }
    Ok(())
}

fn check(args: &CheckArgs, name: &str) -> Checked {
    let mut checked = Checked {
        file: None,
        settings: Vec::new(),
        findings: Vec::new(),
    };
    let place = match &args.config {
        Some(path) if path.is_empty() => Place::Nowhere,
        Some(path) => Place::Named(path.into()),
        None => Place::usual(),
    };
    let mut command = Cli::command();
    let file = match ConfigFile::at(&place) {
        Ok(file) => file,
        Err(error) => {
            checked.findings.push(Finding::error(format!("{error:#}")));
            None
        }
    };
    if let Some(file) = &file {
        checked.file = Some(file.path.clone());
        let (with_file, wrong) = configuration::apply(command, name, file);
        command = with_file;
        checked.findings.extend(
            wrong
                .iter()
                .map(|problem| Finding::error(problem.to_string())),
        );
    }
    let line = ["nen".into(), name.into()]
        .into_iter()
        .chain(args.flags.iter().cloned());
    let environment = problems::environment(&command);
    match command.clone().try_get_matches_from(line) {
        Err(error) => {
            let text = error.render().to_string();
            let first = text.split("\n\n").next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            checked.findings.push(Finding::error(first.to_owned()));
        }
        Ok(matches) => {
            if let (Some(matches), Some(configured)) = (
                configuration::matches_of(&matches, name),
                command.find_subcommand(name),
            ) {
                checked.settings = values::of(configured, matches, file.as_ref());
                checked.findings.extend(problems::of(matches));
            }
        }
    }
    checked.findings.extend(environment);
    checked
}

fn show(checked: &Checked, name: &str, output: &Output) -> anyhow::Result<()> {
    let style = output.style();
    match &checked.file {
        Some(path) => output.line(format!("Settings of nen {name}, with {}", path.display()))?,
        None => output.line(format!(
            "Settings of nen {name}, without a configuration file"
        ))?,
    }
    if !checked.settings.is_empty() {
        let mut table = Table::new(&["SETTING", "VALUE", "SOURCE"]);
        for setting in &checked.settings {
            let value = setting.value.as_deref().unwrap_or("-");
            let value = crate::output::printable(value);
            let source = setting.source_text();
            table.row(vec![
                setting.key.clone(),
                value,
                if setting.is_usual() {
                    style.dim(&source)
                } else {
                    source
                },
            ]);
        }
        output.text(table.render(style))?;
    }
    for finding in &checked.findings {
        let mark = match finding.level {
            Level::Error => style.red("error"),
            Level::Warning => style.yellow("warning"),
        };
        output.line(format!("{mark}: {}", finding.message))?;
    }
    if checked.findings.is_empty() {
        output.line(style.green("No problems found"))?;
    }
    Ok(())
}
