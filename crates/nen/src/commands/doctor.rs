//! `nen doctor`.

mod apt;
mod mend;
mod python_packages;
mod workflows;

use std::path::{Path, PathBuf};

use clap::Args;
use nen_fleet::Check;
use serde_json::json;

use crate::{
    data_dir,
    exit::AlreadyReported,
    output::{Output, Style, Table},
    server::{DriverArgs, PACKAGES, PYTHON, problems},
};
use python_packages::PythonPackages;
use workflows::Workflows;

/// What to check and whether to mend it.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Install missing Debian packages with apt, and with pip what workflows import
    #[arg(long)]
    fix: bool,
    /// Do not ask before installing
    #[arg(short, long, requires = "fix")]
    yes: bool,
    /// The server's data directory
    #[arg(long, env = "NEN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    driver: DriverArgs,
    /// Folder with pydantic for the system's Python
    #[arg(long, env = "NEN_WORKFLOW_PACKAGES", default_value = PACKAGES, value_name = "DIR")]
    workflow_packages: PathBuf,
}

/// Prints every check; fails when something essential is missing.
pub fn run(args: &DoctorArgs, output: &Output) -> anyhow::Result<()> {
    let data_dir = args.data_dir.clone().unwrap_or_else(data_dir::default_path);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let python = Path::new(PYTHON);
    let packages = PythonPackages::new(args.workflow_packages.clone());
    let look = || {
        let workflows = Workflows::look(python, &packages);
        let can_get_pydantic = workflows.can_get_pydantic();
        let mut found = runtime.block_on(args.driver.checks(&data_dir))?;
        found.extend(workflows.into_checks());
        anyhow::Ok((found, can_get_pydantic))
    };
    let (mut found, mut can_get_pydantic) = look()?;
    if args.fix {
        let missing = problems(&found, Style::PLAIN).map_or_else(Vec::new, |p| p.packages);
        if !missing.is_empty() {
            apt::install(&missing, args.yes, output)?;
            (found, can_get_pydantic) = look()?;
        }
        if can_get_pydantic {
            packages.install(python, args.yes, output)?;
            (found, can_get_pydantic) = look()?;
        }
    }
    let problems = problems(&found, output.style());
    let fatal = problems.as_ref().is_some_and(|p| p.fatal);
    if output.is_json() {
        output.json(&json!({"ok": !fatal, "checks": found}))?;
    } else {
        output.text(table(&found, output.style()))?;
        output.line("")?;
        output.line(verdict(&found, fatal, output.style()))?;
        let can_install = can_get_pydantic || problems.is_some_and(|p| !p.packages.is_empty());
        if can_install && !args.fix {
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
