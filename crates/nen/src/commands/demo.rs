//! `nen demo`.
use crate::output::Output;
use clap::Args;
/// How to show it.
#[derive(Debug, Args)]
pub struct DemoArgs {}
/// Runs.
pub fn run(_args: DemoArgs, _output: &Output) -> anyhow::Result<()> {
    Ok(())
}
