//! `nen key`.
use crate::{cli::GlobalArgs, output::Output};
use clap::Subcommand;
/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List keys
    List,
}
/// Runs.
pub fn run(_c: KeyCommand, _g: &GlobalArgs, _output: &Output) -> anyhow::Result<()> {
    Ok(())
}
