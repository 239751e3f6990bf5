//! `nen doctor`.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Context;
use clap::Args;
use nen_fleet::{Check, local::LocalConfig};
use serde_json::json;

use crate::{
    data_dir,
    exit::AlreadyReported,
    output::{Output, Style, Table, confirm},
    server::{checks, problems},
};

/// What to check and whether to mend it.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Install missing Debian packages with apt
    #[arg(long)]
    fix: bool,
    /// Do not ask before installing
    #[arg(short, long, requires = "fix")]
    yes: bool,
    /// The server's data directory
    #[arg(long, env = "NEN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Prints every check; fails when something essential is missing.
pub fn run(args: &DoctorArgs, output: &Output) -> anyhow::Result<()> {
    let data_dir = args.data_dir.clone().unwrap_or_else(data_dir::default_path);
    let config = LocalConfig::new(data_dir, std::env::current_exe()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let look = || runtime.block_on(checks(&config));
    let mut found = look();
    if args.fix
        && let Some(problems) = problems(&found, Style::PLAIN)
        && !problems.packages.is_empty()
    {
        install(&problems.packages, args.yes, output)?;
        found = look();
    }
    let problems = problems(&found, output.style());
    let fatal = problems.as_ref().is_some_and(|p| p.fatal);
    if output.is_json() {
        output.json(&json!({"ok": !fatal, "checks": found}))?;
    } else {
        output.text(table(&found, output.style()))?;
        output.line("")?;
        output.line(verdict(&found, fatal, output.style()))?;
        if problems.is_some_and(|p| !p.packages.is_empty()) && !args.fix {
            output.line("`nen doctor --fix` installs the missing packages.")?;
        }
    }
    if fatal {
        return Err(AlreadyReported.into());
    }
    Ok(())
}

fn table(checks: &[Check], style: Style) -> String {
    let mut table = Table::new(&["", "CHECK", "FOUND", "FIX"]);
    for check in checks {
        let mark = match (check.ok, check.required) {
            (true, _) => style.green("ok"),
            (false, true) => style.red("missing"),
            (false, false) => style.yellow("warning"),
        };
        let fix = check
            .fix
            .as_deref()
            .filter(|_| !check.ok)
            .unwrap_or_default();
        table.row(vec![
            mark,
            check.name.clone(),
            check.detail.clone(),
            style.bold(fix),
        ]);
    }
    table.render(style)
}

fn verdict(checks: &[Check], fatal: bool, style: Style) -> String {
    let warnings = checks.iter().filter(|c| !c.ok && !c.required).count();
    match (fatal, warnings) {
        (true, _) => style.red("Desktops cannot run on this machine yet."),
        (false, 0) => style.green("Everything is there."),
        (false, 1) => "Desktops can run; one thing could be better.".into(),
        (false, n) => format!("Desktops can run; {n} things could be better."),
    }
}

/// Says what will be run, asks, runs it.
fn install(packages: &[String], yes: bool, output: &Output) -> anyhow::Result<()> {
    if !Path::new("/usr/bin/apt-get").exists() {
        anyhow::bail!(
            "--fix knows only apt; install with this system's own means: {}",
            packages.join(" ")
        );
    }
    let as_root = rustix::process::geteuid().is_root();
    let mut shown = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    shown.extend(packages.iter().map(String::as_str));
    if !as_root {
        shown.insert(0, "sudo");
    }
    output.note(format!("Will run: {}", shown.join(" ")));
    if !yes && std::io::stdin().is_terminal() && confirm("Go on?")? != Some(true) {
        anyhow::bail!("nothing was installed");
    }
    // A fresh machine has no package lists at all.
    let mut update = shown[..usize::from(!as_root) + 1].to_vec();
    update.push("update");
    for words in [update, shown] {
        let status = Command::new(words[0])
            .args(&words[1..])
            .env("DEBIAN_FRONTEND", "noninteractive")
            // Standard output is for our own table or JSON.
            .stdout(Stdio::from(std::io::stderr()))
            .status()
            .with_context(|| format!("cannot run {}", words[0]))?;
        if !status.success() {
            anyhow::bail!("`{}` failed", words.join(" "));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks() -> Vec<Check> {
        let check = |name: &str, ok, required, detail: &str, fix: Option<&str>| Check {
            name: name.into(),
            ok,
            required,
            detail: detail.into(),
            fix: fix.map(Into::into),
        };
        vec![
            check(
                "bubblewrap",
                true,
                true,
                "/usr/bin/bwrap 0.11",
                Some("apt install bubblewrap"),
            ),
            check(
                "Xvnc",
                false,
                true,
                "not found",
                Some("apt install tigervnc-standalone-server"),
            ),
            check("cgroup", false, false, "read-only", None),
        ]
    }

    #[test]
    fn every_line_has_its_fix() {
        assert_eq!(
            table(&checks(), Style::PLAIN),
            "         CHECK       FOUND                FIX\n\
             ok       bubblewrap  /usr/bin/bwrap 0.11\n\
             missing  Xvnc        not found            apt install tigervnc-standalone-server\n\
             warning  cgroup      read-only\n"
        );
    }

    #[test]
    fn the_verdict_counts_what_is_left() {
        assert_eq!(
            verdict(&checks()[..1], false, Style::PLAIN),
            "Everything is there."
        );
        assert_eq!(
            verdict(&checks()[2..], false, Style::PLAIN),
            "Desktops can run; one thing could be better."
        );
        assert!(verdict(&checks(), true, Style::PLAIN).contains("cannot"));
    }
}
