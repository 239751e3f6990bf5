//! `nen desktop files delete`.

use clap::Args;
use serde_json::json;

use super::Folder;
use crate::{
    client::{Client, file_path},
    commands::{consent::agreed, desktop::DesktopId},
    output::Output,
};

/// Which file.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    #[command(flatten)]
    desktop: DesktopId,
    /// Name on the drive
    name: String,
    #[command(flatten)]
    folder: Folder,
    /// Do not ask
    #[arg(short, long)]
    force: bool,
}

/// Deletes it after asking.
pub fn run(args: &DeleteArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    if !args.force && !agreed(&format!("Delete {} from the drive?", args.name))? {
        anyhow::bail!("nothing was deleted");
    }
    client.delete(&file_path(
        &args.desktop.id,
        &args.name,
        args.folder.path.as_deref(),
    ))?;
    if output.is_json() {
        return output.json(&json!({"filename": args.name, "deleted": true}));
    }
    output.line(format!("Deleted {}", args.name))?;
    Ok(())
}
