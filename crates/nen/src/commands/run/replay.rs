//! `nen run replay`.

use clap::Args;

use super::RunId;
use crate::{
    client::Client,
    commands::replay::{self, ReplayArgs},
    output::Output,
};

/// Which run, and what to save.
#[derive(Debug, Args)]
pub struct RunReplayArgs {
    #[command(flatten)]
    run: RunId,
    #[command(flatten)]
    replay: ReplayArgs,
}

/// Saves the replay.
pub fn run(args: &RunReplayArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let run = &args.run;
    replay::save(&args.replay, &run.id, &run.path(""), client, output)
}
