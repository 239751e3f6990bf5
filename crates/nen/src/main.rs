//! The one binary: server, command line, and the parts that run inside a desktop.

mod cli;
mod client;
mod commands;
mod configuration;
mod data_dir;
mod demo;
mod exit;
mod login_file;
mod output;
mod server;
mod worker;

use std::process::ExitCode;

use crate::{
    cli::{Cli, Command},
    output::Output,
};

/// The name under which task bar icons call this binary inside a desktop.
const LAUNCHER: &str = "nen-launch";
/// The browser as one starts it in a desktop's terminal: the system's own script needs files that a desktop lacks, and
/// would start it with another profile.
const BROWSER: &str = "chromium";

// Not `#[tokio::main]`: the sandbox stage enters namespaces, which only a process with one thread may do.
fn main() -> ExitCode {
    if called_as(LAUNCHER) {
        return commands::inside::launch(&std::env::args().skip(1).collect::<Vec<_>>());
    }
    if called_as(BROWSER) {
        let app = std::iter::once(BROWSER.to_owned());
        return commands::inside::launch(&app.chain(std::env::args().skip(1)).collect::<Vec<_>>());
    }
    let cli = match configuration::parse(&std::env::args_os().collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(error) => return exit::report(&error),
    };
    let output = Output::new(cli.global.json);
    match run(cli, &output) {
        Ok(()) => ExitCode::from(exit::DONE),
        Err(error) => exit::report(&error),
    }
}

fn run(cli: Cli, output: &Output) -> anyhow::Result<()> {
    let global = &cli.global;
    match cli.command {
        Command::Serve(args) => commands::serve::run(*args, output),
        Command::Worker(args) => commands::worker::run(*args, output),
        Command::Doctor(args) => commands::doctor::run(&args, output),
        Command::Config(command) => commands::config::run(&command, output),
        Command::Backup(args) => commands::backup::run(&args, output),
        Command::Restore(args) => commands::restore::run(&args, output),
        Command::Demo(args) => commands::demo::run(args, output),
        Command::Login(args) => commands::login::run(&args, global, output),
        Command::Dashboard => commands::dashboard::run(global, output),
        Command::Key(command) => commands::key::run(command, global, output),
        Command::Audit(args) => commands::audit::run(&args, global, output),
        Command::Desktop(command) => commands::desktop::run(command, global, output),
        Command::Example(command) => commands::example::run(command, output),
        Command::Workflow(command) => commands::workflow::run(command, global, output),
        Command::Run(command) => commands::run::run(command, global, output),
        Command::Settings(command) => commands::settings::run(command, global, output),
        Command::Mcp(args) => commands::mcp::run(&args, global),
        Command::Completions(args) => commands::completions::run(&args, output),
        Command::Sandbox { spec } => commands::inside::sandbox(&spec),
        Command::Contained { socket, spec } => commands::inside::contained(&socket, &spec),
        Command::Egress {
            orders,
            descriptors,
        } => commands::inside::egress(&orders, &descriptors),
        Command::Desktopd { config } => commands::inside::desktopd(&config),
    }
}

/// True when the program was started under this name (a link to it, or `exec -a`).
fn called_as(name: &str) -> bool {
    std::env::args_os().next().is_some_and(|arg| {
        std::path::Path::new(&arg)
            .file_name()
            .is_some_and(|f| f == name)
    })
}
