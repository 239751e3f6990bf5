//! `nen desktop view`: the live view in a browser.

use std::process::{Command, Stdio};

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::DesktopId;
use crate::{client::Client, output::Output};

/// What a person may do there.
#[derive(Debug, Args)]
pub struct ViewArgs {
    #[command(flatten)]
    desktop: DesktopId,
    /// Let the viewer use mouse and keyboard
    #[arg(short, long)]
    interactive: bool,
    /// Hold the desktop: the agent's actions are refused meanwhile
    #[arg(long, requires = "interactive")]
    takeover: bool,
    /// Open it in your browser
    #[arg(long)]
    open: bool,
    /// Disconnect all viewers instead
    #[arg(long, conflicts_with_all = ["interactive", "open"])]
    end: bool,
}

/// Prints the address; whoever has it can watch until it expires.
pub fn run(args: &ViewArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let path = args.desktop.path("/session");
    if args.end {
        client.delete(&path)?;
        if output.is_json() {
            return output.json(&json!({"active": false}));
        }
        output.line("Viewers disconnected.")?;
        return Ok(());
    }
    let body = json!({"interactive": args.interactive, "takeover": args.takeover});
    let session = client.put(&path, Some(&body))?;
    let href = session["href"]
        .as_str()
        .context("the server gave no address for the live view")?;
    if output.is_json() {
        output.json(&session)?;
    } else {
        output.line(href)?;
    }
    if args.open {
        open_browser(href)?;
    }
    Ok(())
}

fn open_browser(href: &str) -> anyhow::Result<()> {
    let opener = std::env::var_os("BROWSER")
        .filter(|v| !v.is_empty())
        .unwrap_or_else(|| {
            if cfg!(target_os = "macos") {
                "open"
            } else {
                "xdg-open"
            }
            .into()
        });
    Command::new(&opener)
        .arg(href)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| {
            format!(
                "cannot start {}; open the address yourself",
                opener.display()
            )
        })?;
    Ok(())
}
