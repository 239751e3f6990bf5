//! `nen backup`: a server's data and database in one file.

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use nen_backup::{BackedUp, Backup, DatabaseKind, OutputFile};
use serde_json::json;

use crate::{
    configuration::ConfigArgs,
    data_dir,
    exit::{MissingError, UsageError},
    output::{Output, human_size},
};

/// What to back up, and where to.
#[derive(Debug, Args)]
#[command(
    after_help = "The database is copied as it is at one moment, files as they are when they are read: pause a desktop first where\n\
    that matters. The file holds keys, secrets and what desktops and runs left: keep it like a password.\n\
    What is not in it: settings, NEN_SECRET_KEY, keys of models, running programs and open windows of desktops."
)]
pub struct BackupArgs {
    #[command(flatten)]
    _config: ConfigArgs,
    /// File to write, such as nen.tar.zst, mode 0600; - for standard output
    file: PathBuf,
    /// The server's data directory [default: /var/lib/nen as root, else ~/.local/share/nen]
    #[arg(long, env = "NEN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The server's database: sqlite:PATH or postgres://… [default: sqlite in the data directory]
    #[arg(long, env = "NEN_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<String>,
    /// Leave out the database, because it is kept by other means; back that up first
    #[arg(long)]
    without_database: bool,
    /// Replace the file when there is one
    #[arg(long)]
    force: bool,
}

/// Writes the file.
pub fn run(args: &BackupArgs, output: &Output) -> anyhow::Result<()> {
    let data_dir = args.data_dir.clone().unwrap_or_else(data_dir::default_path);
    if !data_dir.is_dir() {
        return Err(MissingError(format!(
            "there is no data directory {}: name the server's with --data-dir",
            data_dir.display()
        ))
        .into());
    }
    let database = args
        .database
        .clone()
        .unwrap_or_else(|| data_dir::default_database(&data_dir));
    let to_stdout = args.file == Path::new("-");
    let scratch = match args.file.parent() {
        _ if to_stdout => std::env::temp_dir(),
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => ".".into(),
    };
    let backup = Backup {
        data_dir: &data_dir,
        database: &database,
        without_database: args.without_database,
        scratch: &scratch,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    if to_stdout {
        let stdout = std::io::stdout().lock();
        if stdout.is_terminal() {
            return Err(UsageError(
                "a backup is nothing for a terminal: redirect it, or name a file".into(),
            )
            .into());
        }
        let (mut stdout, made) = runtime.block_on(backup.write(stdout))?;
        stdout.flush().context("cannot write the backup")?;
        for line in said(&made, None) {
            output.note(line);
        }
        return Ok(());
    }
    backup.check_place(&args.file)?;
    let file = OutputFile::create(&args.file, args.force)?;
    let (file, made) = runtime.block_on(backup.write(file))?;
    file.finish()?;
    let size = args.file.metadata().map_or(0, |found| found.len());
    if output.is_json() {
        return output.json(&json!({
            "file": args.file,
            "size": size,
            "schema": made.head.schema,
            "database": made.head.database,
            "created_at": made.head.created_at,
            "entries": made.entries,
            "bytes": made.bytes,
            "desktops": made.desktops,
            "secret_key": made.has_secret_key,
            "left_out": made.left_out,
        }));
    }
    for line in said(&made, Some((&args.file, size))) {
        output.line(line)?;
    }
    Ok(())
}

/// What to tell a person.
fn said(made: &BackedUp, file: Option<(&Path, u64)>) -> Vec<String> {
    let mut lines = Vec::new();
    let what = format!(
        "{} files and folders, {}, {} desktops",
        made.entries,
        human_size(made.bytes),
        made.desktops
    );
    lines.push(match file {
        Some((file, size)) => format!("{}: {what}, in {}", file.display(), human_size(size)),
        None => what,
    });
    if made.head.database == DatabaseKind::None {
        lines.push("The database is not in it.".into());
    }
    if !made.has_secret_key {
        lines.push(
            "There is no secret.key in it: keep NEN_SECRET_KEY, without which sealed secrets cannot be opened.".into(),
        );
    }
    for left in &made.left_out {
        lines.push(format!(
            "Left out: {}: {}",
            crate::output::printable(&left.name),
            left.why
        ));
    }
    lines
}
