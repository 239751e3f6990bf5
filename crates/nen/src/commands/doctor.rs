//! `nen doctor`.
use crate::output::Output;
use clap::Args;
/// What to check.
#[derive(Debug, Args)]
pub struct DoctorArgs {}
/// Checks.
pub fn run(_args: &DoctorArgs, _output: &Output) -> anyhow::Result<()> {
    Ok(())
}
