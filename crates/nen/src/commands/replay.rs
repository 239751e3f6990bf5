//! `nen desktop replay` and `nen run replay`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::{
    client::{Client, write_whole},
    exit::UsageError,
    output::{Output, human_size},
};

/// What the replay should be like and where it goes.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// File to write: an animation (.webp) or the whole trajectory with its pictures (.json) [default: ./ID.webp]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many times faster than it was; for animations
    #[arg(long, default_value_t = 4.0, value_name = "1-100")]
    speed: f64,
    /// Overwrite the file
    #[arg(short, long)]
    force: bool,
}

/// Saves the replay of what is at `path` (`/desktops/{id}` or `/runs/{id}`).
pub fn save(
    args: &ReplayArgs,
    id: &str,
    path: &str,
    client: &Client,
    output: &Output,
) -> anyhow::Result<()> {
    let target = args.output.clone().unwrap_or_else(|| {
        // The id comes from the command line: a slash in it must not choose the folder.
        PathBuf::from(format!("{}.webp", id.replace('/', "_")))
    });
    let from = source(&target, path, args.speed)?;
    if !args.force && target.symlink_metadata().is_ok() {
        let text = format!("{} exists; use --force to overwrite it", target.display());
        return Err(UsageError(text).into());
    }
    let size = write_whole(&target, args.force, |sink| client.fetch(&from, sink))?;
    if output.is_json() {
        return output.json(&json!({"file": target.display().to_string(), "size": size}));
    }
    output.line(format!("Saved {} ({})", target.display(), human_size(size)))?;
    Ok(())
}

/// Where on the server a file of this kind is.
fn source(target: &Path, path: &str, speed: f64) -> Result<String, UsageError> {
    let kind = target
        .extension()
        .and_then(|kind| kind.to_str())
        .unwrap_or_default();
    match kind.to_lowercase().as_str() {
        "webp" => Ok(format!("{path}/replay.webp?speed={speed}")),
        "json" => Ok(format!("{path}/replay?images=inline")),
        _ => Err(UsageError(format!(
            "{} must end in .webp for an animation or in .json for the trajectory",
            target.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_s_name_says_what_is_saved() {
        let of = |name: &str| source(Path::new(name), "/runs/r", 2.5);
        assert_eq!(of("a.webp").unwrap(), "/runs/r/replay.webp?speed=2.5");
        assert_eq!(of("x/a.JSON").unwrap(), "/runs/r/replay?images=inline");
        assert!(of("a.mp4").unwrap_err().to_string().contains(".webp"));
        assert!(of("a").is_err());
    }
}
