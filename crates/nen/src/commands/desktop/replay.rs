//! `nen desktop replay`.

use clap::Args;

use super::DesktopId;
use crate::{
    client::Client,
    commands::replay::{self, ReplayArgs},
    output::Output,
};

/// Which desktop, and what to save.
#[derive(Debug, Args)]
pub struct DesktopReplayArgs {
    #[command(flatten)]
    desktop: DesktopId,
    #[command(flatten)]
    replay: ReplayArgs,
}

/// Saves the replay.
pub fn run(args: &DesktopReplayArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let desktop = &args.desktop;
    replay::save(&args.replay, &desktop.id, &desktop.path(""), client, output)
}
