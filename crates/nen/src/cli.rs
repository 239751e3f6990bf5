//! The command line as clap sees it: every command, flag and environment name.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    audit::AuditArgs, backup::BackupArgs, completions::CompletionsArgs, config::ConfigCommand,
    demo::DemoArgs, desktop::DesktopCommand, doctor::DoctorArgs, example::ExampleCommand,
    key::KeyCommand, login::LoginArgs, mcp::McpArgs, restore::RestoreArgs, run::RunCommand,
    serve::ServeArgs, settings::SettingsCommand, worker::WorkerArgs, workflow::WorkflowCommand,
};

/// Computers for AI agents, on your own machine.
#[derive(Debug, Parser)]
#[command(
    name = "nen",
    version,
    about = "Computers for AI agents, on your own machine",
    long_about = "Nen gives an AI agent a computer over HTTP: create a desktop, discover its tools, \
                  execute an action, see the screen.\n\nStart a server with `nen serve`, then try \
                  `nen desktop create`.",
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Print JSON instead of text for people
    #[arg(long, global = true)]
    pub json: bool,
    /// API key (sk_nen_…); else the key of `nen login`, else the local server's
    #[arg(
        long,
        global = true,
        env = "NEN_API_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub api_key: Option<String>,
    /// Server to talk to; else the one of `nen login`, else http://127.0.0.1:8700
    #[arg(long, global = true, env = "NEN_API_URL", value_name = "URL")]
    pub api_url: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server: desktops, live view and API on one port
    Serve(Box<ServeArgs>),
    /// Execute runs apart from the server, on its database and data directory
    Worker(Box<WorkerArgs>),
    /// Check what this machine has and lacks for running desktops and workflows
    Doctor(DoctorArgs),
    /// Show and check the settings of a server, and where each is from
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Put a server's data and database into one file, also while it runs
    Backup(BackupArgs),
    /// Make a data directory and its database from such a file
    Restore(RestoreArgs),
    /// Do a whole job on a real desktop and show every step
    Demo(DemoArgs),
    /// Remember a server and an API key
    Login(LoginArgs),
    /// Print a link that signs your browser in to the dashboard, once
    Dashboard,
    /// Create, list and revoke API keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// See who did what in your workspace
    Audit(AuditArgs),
    /// Create desktops, see them, drive them
    #[command(subcommand, visible_alias = "desktops")]
    Desktop(DesktopCommand),
    /// Write, try and publish workflows
    #[command(subcommand, visible_alias = "workflows")]
    Workflow(WorkflowCommand),
    /// Start runs of workflows, follow them, get their results
    #[command(subcommand, visible_alias = "runs")]
    Run(RunCommand),
    /// Write a short program in which a model works on a desktop
    #[command(subcommand, visible_alias = "examples")]
    Example(ExampleCommand),
    /// Show and change what belongs to your workspace: secrets, budget, model use
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Speak MCP over standard input and output: desktops and workflows as tools for models
    Mcp(McpArgs),
    /// Print a completion script for your shell
    Completions(CompletionsArgs),
    /// The stage that sets up a desktop's namespaces before bubblewrap starts
    #[command(hide = true)]
    Sandbox {
        /// The sandbox described as JSON
        spec: PathBuf,
    },
    /// The first process of a desktop that is a container
    #[command(hide = true)]
    Contained {
        /// Where the server listens
        socket: PathBuf,
        /// What to start, as JSON
        spec: PathBuf,
    },
    /// The guard of a sandbox's network, outside of it
    #[command(hide = true)]
    Egress {
        /// What may be reached, as JSON
        orders: PathBuf,
        /// What it is handed
        descriptors: Vec<i32>,
    },
    /// The controller that runs inside a desktop
    #[command(hide = true)]
    Desktopd {
        /// The controller's configuration as JSON
        config: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_server_keeps_one_desktop_warm_unless_told_otherwise() {
        let serve = Cli::command();
        let serve = serve.find_subcommand("serve").unwrap();
        let option = serve
            .get_arguments()
            .find(|argument| argument.get_long() == Some("warm-pool"))
            .unwrap();
        assert_eq!(option.get_env().unwrap(), "NEN_WARM_POOL");
        assert_eq!(option.get_default_values(), ["1"]);
    }
}
