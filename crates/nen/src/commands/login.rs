//! `nen login`: remember a server and a key.

use std::io::IsTerminal;

use clap::Args;
use serde_json::json;

use crate::{
    cli::GlobalArgs,
    client::Client,
    exit::UsageError,
    login_file::{self, Login},
    output::{Output, ask, ask_hidden, first_line},
};

/// Server and key come from `--api-url` and `--api-key`, else they are asked for.
#[derive(Debug, Args)]
#[command(
    after_help = "Without --api-key the key is asked for, or read from standard input:\n  \
    nen login --api-url https://nen.example < key.txt"
)]
pub struct LoginArgs {
    /// Forget the server and the key instead
    #[arg(long)]
    forget: bool,
}

/// Checks the key with the server, then remembers both.
pub fn run(args: &LoginArgs, global: &GlobalArgs, output: &Output) -> anyhow::Result<()> {
    if args.forget {
        return forget(output);
    }
    let asks = std::io::stdin().is_terminal();
    let url = match &global.api_url {
        Some(url) => url.clone(),
        None if asks => ask(&format!("Server [{}]: ", login_file::DEFAULT_URL))?
            .unwrap_or_else(|| login_file::DEFAULT_URL.to_owned()),
        None => login_file::DEFAULT_URL.to_owned(),
    };
    let key = match &global.api_key {
        Some(key) => Some(key.clone()),
        None if asks => ask_hidden("API key: ")?,
        None => first_line()?,
    };
    let key = key.ok_or_else(|| UsageError("no API key was given".into()))?;
    let client = Client::new(&url, Some(key.clone()))?;
    client.get("/desktops")?;
    let login = Login {
        api_url: client.base().to_owned(),
        api_key: key,
    };
    let file = login.save()?;
    if output.is_json() {
        return output.json(&json!({"api_url": login.api_url, "file": file.display().to_string()}));
    }
    output.line(format!(
        "Logged in to {} (kept in {})",
        login.api_url,
        file.display()
    ))?;
    Ok(())
}

fn forget(output: &Output) -> anyhow::Result<()> {
    let removed = match login_file::path().map(std::fs::remove_file) {
        Some(Ok(())) => true,
        Some(Err(e)) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
        _ => false,
    };
    if output.is_json() {
        return output.json(&json!({"forgotten": removed}));
    }
    output.line(if removed {
        "Logged out."
    } else {
        "There was no login."
    })?;
    Ok(())
}
