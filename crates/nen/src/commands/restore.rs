//! `nen restore`: a data folder and its database from a backup.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use nen_backup::{DatabaseKind, Restore};
use serde_json::json;

use crate::{
    configuration::ConfigArgs,
    data_dir::{self, DataDir},
    output::{Output, human_size, printable},
    server::DriverArgs,
};

/// What to restore, and where to.
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing is changed before the whole file was read and every checksum is right.\n\
    Desktops come back paused and start anew from their home and drive. Runs that were executed are failed, or begun\n\
    again when they had done nothing yet; waiting runs and webhooks that were owed go on: do not start it beside the\n\
    server that the backup is of."
)]
pub struct RestoreArgs {
    #[command(flatten)]
    _config: ConfigArgs,
    /// File that `nen backup` wrote
    file: PathBuf,
    /// Data directory to make, which must be empty [default: /var/lib/nen as root, else ~/.local/share/nen]
    #[arg(long, env = "NEN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Database to fill, which must be empty: sqlite:PATH or postgres://… [default: sqlite in the data directory]
    #[arg(long, env = "NEN_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<String>,
    #[command(flatten)]
    driver: DriverArgs,
    /// Put what is in the data directory aside, into before-restore-TIME beside it
    #[arg(long)]
    replace: bool,
}

/// Restores the file.
pub fn run(args: &RestoreArgs, output: &Output) -> anyhow::Result<()> {
    let path = args.data_dir.clone().unwrap_or_else(data_dir::default_path);
    let data = DataDir::lock(&path)?;
    let _alone = data_dir::without_workers(data.path())?;
    let restore = Restore {
        file: &args.file,
        data_dir: data.path(),
        database: args.database.as_deref(),
        replace: args.replace,
        owners: args.driver.owners()?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let done = runtime.block_on(restore.run())?;
    let has_key = data.path().join("secret.key").exists();
    if output.is_json() {
        return output.json(&json!({
            "data_dir": data.path(),
            "made_by": done.head.nen,
            "created_at": done.head.created_at,
            "database": done.head.database,
            "entries": done.entries,
            "bytes": done.bytes,
            "desktops": done.desktops,
            "unfinished": done.unfinished,
            "left_out": done.left_out,
            "secret_key": has_key,
            "put_aside": done.put_aside,
        }));
    }
    output.line(format!(
        "{}: {} files and folders, {}, {} desktops",
        data.path().display(),
        done.entries,
        human_size(done.bytes),
        done.desktops
    ))?;
    if let Some(aside) = &done.put_aside {
        output.line(format!("What was there is in {}", aside.display()))?;
    }
    if done.head.database == DatabaseKind::None {
        output.line(
            "The backup holds no database: restore that by its own means before the server starts.",
        )?;
    }
    if !has_key {
        output.line(
            "The backup holds no secret.key: start the server with the NEN_SECRET_KEY that it had.",
        )?;
    }
    for id in &done.unfinished {
        output.line(format!(
            "{id} was deleted while the backup was made, and is deleted here"
        ))?;
    }
    for left in &done.left_out {
        output.line(format!(
            "Not in the backup: {}: {}",
            printable(&left.name),
            left.why
        ))?;
    }
    Ok(())
}
