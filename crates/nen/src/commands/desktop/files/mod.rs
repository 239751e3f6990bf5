//! `nen desktop files …`: a desktop's drive.

mod delete;
mod download;
mod list;
mod upload;

use clap::{Args, Subcommand};

use crate::{client::Client, output::Output};

/// What to do with the files.
#[derive(Debug, Subcommand)]
pub enum FilesCommand {
    /// List files
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    /// Copy a local file to the drive
    Upload(upload::UploadArgs),
    /// Copy a file from the drive
    Download(download::DownloadArgs),
    /// Delete a file from the drive
    #[command(visible_alias = "rm")]
    Delete(delete::DeleteArgs),
}

/// A folder on the drive.
#[derive(Debug, Args)]
pub struct Folder {
    /// Folder on the drive [default: its root]
    #[arg(short, long, value_name = "FOLDER")]
    path: Option<String>,
}

/// Runs the command.
pub fn run(command: FilesCommand, client: &Client, output: &Output) -> anyhow::Result<()> {
    match command {
        FilesCommand::List(args) => list::run(&args, client, output),
        FilesCommand::Upload(args) => upload::run(&args, client, output),
        FilesCommand::Download(args) => download::run(&args, client, output),
        FilesCommand::Delete(args) => delete::run(&args, client, output),
    }
}
