//! `nen desktop files upload`.

use std::{fs::File, path::PathBuf};

use anyhow::Context;
use clap::Args;

use super::Folder;
use crate::{
    client::{Client, Upload},
    commands::desktop::DesktopId,
    exit::{MissingError, UsageError},
    output::{Output, human_size},
};

/// What goes where.
#[derive(Debug, Args)]
pub struct UploadArgs {
    #[command(flatten)]
    desktop: DesktopId,
    /// Local file
    local: PathBuf,
    /// Name on the drive [default: the local file's name]
    #[arg(long)]
    name: Option<String>,
    /// Media type [default: by the file's extension]
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    #[command(flatten)]
    folder: Folder,
}

/// Streams the file up; an existing one of that name is replaced.
pub fn run(args: &UploadArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let local = args.local.display();
    let file = File::open(&args.local).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            anyhow::Error::from(MissingError(format!("there is no file {local}")))
        }
        _ => anyhow::Error::from(e).context(format!("cannot read {local}")),
    })?;
    let is_file = file.metadata().map(|m| m.is_file());
    if !is_file.with_context(|| format!("cannot read {local}"))? {
        return Err(UsageError(format!("{local} is not a file")).into());
    }
    let name = match &args.name {
        Some(name) => name.as_str(),
        None => args
            .local
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or_else(|| UsageError(format!("{local} has no usable name; use --name")))?,
    };
    let guessed;
    let content_type = match &args.content_type {
        Some(given) => given.as_str(),
        None => {
            guessed = mime_guess::from_path(&args.local).first_or_octet_stream();
            guessed.essence_str()
        }
    };
    let upload = Upload {
        desktop: &args.desktop.id,
        name,
        folder: args.folder.path.as_deref(),
        content_type,
    };
    let reply = client.upload(&upload, file)?;
    if output.is_json() {
        return output.json(&reply);
    }
    let size = human_size(reply["size"].as_u64().unwrap_or_default());
    let name = reply["filename"].as_str().unwrap_or(name);
    output.line(format!("Uploaded {name} ({size})"))?;
    Ok(())
}
