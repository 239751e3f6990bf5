//! `nen settings …`: the two secrets of your workspace, what models may cost, what may be reached, and what was used.

mod budget;
mod model_use;
mod network;
mod rotate;
mod show;
mod usage;

use clap::Subcommand;

use crate::{cli::GlobalArgs, login_file, output::Output};

/// What to do with the settings. Rotating needs a key with the scope `admin`.
#[derive(Debug, Subcommand)]
pub enum SettingsCommand {
    /// Show the workspace, hints at its secrets, and its budget
    #[command(visible_alias = "get")]
    Show,
    /// Make a new secret for the signatures of webhooks and print it, once
    RotateWebhookSecret(rotate::RotateArgs),
    /// Make a new secret for signing requests that carry secrets and print it, once
    RotateSigningSecret(rotate::RotateArgs),
    /// Show or set what models may cost in a month
    Budget(budget::BudgetArgs),
    /// Show or set what desktops and workflows may reach at most
    Network(network::SetNetworkArgs),
    /// List what models were used for, by day
    ModelUse(model_use::ModelUseArgs),
    /// List desktop hours, actions, runs and cost by day, and your limits
    Usage(usage::UsageArgs),
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
        SettingsCommand::Budget(args) => budget::run(&args, &client, output),
        SettingsCommand::Network(args) => network::run(&args, &client, output),
        SettingsCommand::ModelUse(args) => model_use::run(&args, &client, output),
        SettingsCommand::Usage(args) => usage::run(&args, &client, output),
    }
}
