//! `nen run assets`.

use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use nen_protocol::workflow::Run;
use serde_json::json;

use super::RunId;
use crate::{
    client::{Client, write_whole},
    exit::{MissingError, UsageError},
    output::{Output, human_size},
};

/// Whose files, and where they go.
#[derive(Debug, Args)]
pub struct AssetsArgs {
    #[command(flatten)]
    run: RunId,
    /// File or folder to write to, "-" for standard output [default: ./RUN.zip]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite the file
    #[arg(short, long)]
    force: bool,
}

/// Downloads them as one ZIP file; a broken download leaves nothing behind.
pub fn run(args: &AssetsArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let to_stdout = args.output.as_deref() == Some(Path::new("-"));
    if to_stdout && std::io::stdout().is_terminal() {
        let text = "a ZIP file does not belong on a terminal; use -o FILE";
        return Err(UsageError(text.into()).into());
    }
    let target = target(args);
    if !to_stdout && !args.force && target.symlink_metadata().is_ok() {
        let text = format!("{} exists; use --force to overwrite it", target.display());
        return Err(UsageError(text).into());
    }
    let run: Run = client.typed(&client.get(&args.run.path(""))?)?;
    let Some(link) = &run.assets else {
        return Err(MissingError(if run.run_status.is_final() {
            format!("run {} left no files in /artifacts", args.run.id)
        } else {
            format!(
                "run {} is {}; its files are there when it has ended",
                args.run.id,
                run.run_status.as_str()
            )
        })
        .into());
    };
    if to_stdout {
        let mut stdout = std::io::stdout().lock();
        Client::download_link(link, &mut stdout)?;
        stdout.flush()?;
        return Ok(());
    }
    let size = write_whole(&target, args.force, |sink| {
        Client::download_link(link, sink)
    })?;
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

fn target(args: &AssetsArgs) -> PathBuf {
    // The id comes from the command line: a slash in it must not choose the folder.
    let name = format!("{}.zip", args.run.id.replace('/', "_"));
    match &args.output {
        None => PathBuf::from(name),
        Some(path) if path.is_dir() => path.join(name),
        Some(path) => path.clone(),
    }
}
