//! `nen settings …`: the two secrets of your workspace.

mod rotate;
mod show;

use clap::Subcommand;

use crate::{cli::GlobalArgs, login_file, output::Output};

/// What to do with the settings. Rotating needs a key with the scope `admin`.
#[derive(Debug, Subcommand)]
pub enum SettingsCommand {
    /// Show the workspace and hints at its secrets
    #[command(visible_alias = "get")]
    Show,
    /// Make a new secret for the signatures of webhooks and print it, once
    RotateWebhookSecret(rotate::RotateArgs),
    /// Make a new secret for signing requests that carry secrets and print it, once
    RotateSigningSecret(rotate::RotateArgs),
}

/// Runs the command against the configured server.
pub fn run(command: SettingsCommand, global: &GlobalArgs, output: &Output) -> anyhow::Result<()> {
    let client = login_file::client(global)?;
    match command {
        SettingsCommand::Show => show::run(&client, output),
        SettingsCommand::RotateWebhookSecret(args) => {
            rotate::run(&args, rotate::Secret::Webhook, &client, output)
        }
        SettingsCommand::RotateSigningSecret(args) => {
            rotate::run(&args, rotate::Secret::Signing, &client, output)
        }
    }
}
