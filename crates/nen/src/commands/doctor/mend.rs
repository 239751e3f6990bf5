//! What everything has in common that changes this machine: it asks first, and it is seen.

use std::{
    ffi::OsStr,
    io::IsTerminal,
    process::{Command, Stdio},
};

use anyhow::Context;

use crate::output::confirm;

/// Asks whether to go on, unless that was answered with `--yes` or there is nobody to ask.
pub fn agreed(yes: bool) -> anyhow::Result<()> {
    if !yes && std::io::stdin().is_terminal() && confirm("Go on?")? != Some(true) {
        anyhow::bail!("nothing was installed");
    }
    Ok(())
}

/// Runs a program with its arguments; what it prints goes to standard error.
pub fn run<S: AsRef<OsStr>>(words: &[S]) -> anyhow::Result<()> {
    let words: Vec<&OsStr> = words.iter().map(AsRef::as_ref).collect();
    let [program, arguments @ ..] = words.as_slice() else {
        return Ok(());
    };
    let status = Command::new(program)
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Standard output is for our own table or JSON.
        .stdout(Stdio::from(std::io::stderr()))
        .status()
        .with_context(|| format!("cannot run {}", program.display()))?;
    if !status.success() {
        anyhow::bail!("`{}` failed", words.join(OsStr::new(" ")).display());
    }
    Ok(())
}
