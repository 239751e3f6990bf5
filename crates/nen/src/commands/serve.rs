//! `nen serve`.
use crate::output::Output;
use clap::Args;
/// How the server runs.
#[derive(Debug, Args)]
pub struct ServeArgs {}
/// Runs it.
pub fn run(_args: ServeArgs, _output: &Output) -> anyhow::Result<()> {
    Ok(())
}
