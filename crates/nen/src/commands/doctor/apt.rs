//! Missing Debian packages.

use std::path::Path;

use super::mend::{agreed, run};
use crate::output::Output;

/// Says what will be run, asks, runs it.
pub fn install(packages: &[String], yes: bool, output: &Output) -> anyhow::Result<()> {
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
    agreed(yes)?;
    // A fresh machine has no package lists at all.
    let mut update = shown[..usize::from(!as_root) + 1].to_vec();
    update.push("update");
    run(&update)?;
    run(&shown)
}
