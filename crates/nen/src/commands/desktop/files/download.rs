//! `nen desktop files download`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::Folder;
use crate::{
    client::Client,
    commands::desktop::DesktopId,
    exit::UsageError,
    output::{Output, human_size},
};

/// What comes from where.
#[derive(Debug, Args)]
pub struct DownloadArgs {
    #[command(flatten)]
    desktop: DesktopId,
    /// Name on the drive
    name: String,
    /// Local file or folder, "-" for standard output [default: ./NAME]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    folder: Folder,
    /// Overwrite the local file
    #[arg(short, long)]
    force: bool,
}

/// Streams the file down; a broken download leaves nothing behind.
pub fn run(args: &DownloadArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let folder = args.folder.path.as_deref();
    if args.output.as_deref() == Some(Path::new("-")) {
        client.download(
            &args.desktop.id,
            &args.name,
            folder,
            &mut std::io::stdout().lock(),
        )?;
        return Ok(());
    }
    let target = target(args)?;
    if !args.force && target.symlink_metadata().is_ok() {
        let text = format!("{} exists; use --force to overwrite it", target.display());
        return Err(UsageError(text).into());
    }
    let size = client.download_to(&args.desktop.id, &args.name, folder, &target, args.force)?;
    if output.is_json() {
        return output.json(&json!({"file": target.display().to_string(), "size": size}));
    }
    output.line(format!(
        "Downloaded {} ({})",
        target.display(),
        human_size(size)
    ))?;
    Ok(())
}

fn target(args: &DownloadArgs) -> Result<PathBuf, UsageError> {
    let in_folder = |folder: &Path| {
        // What the name on the drive is must not decide where on this machine it lands.
        match args.name.as_str() {
            "" | "." | ".." => None,
            name if name.contains('/') => None,
            name => Some(folder.join(name)),
        }
        .ok_or_else(|| {
            UsageError(format!(
                "{:?} is not a file name; give its folder with --path",
                args.name
            ))
        })
    };
    match &args.output {
        None => in_folder(Path::new(".")),
        Some(path) if path.is_dir() => in_folder(path),
        Some(path) => Ok(path.clone()),
    }
}
