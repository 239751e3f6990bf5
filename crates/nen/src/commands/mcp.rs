//! `nen mcp`: the API as tools for models, over standard input and output.

use std::sync::Arc;

use anyhow::Context;
use clap::Args;

use crate::{
    cli::GlobalArgs,
    client::{Client, ClientError, HttpApi},
    exit::UsageError,
    login_file,
    server::{LogFormat, start_logging},
};

/// What is logged.
#[derive(Debug, Args)]
#[command(
    after_help = "An MCP client starts this command and speaks to it; it is nothing to type into.\n\
    Add it to Claude Code, for example, with: claude mcp add nen -- nen mcp\n\
    It uses the server and key of `nen login`, or NEN_API_URL and NEN_API_KEY. The server answers MCP at /mcp, too."
)]
pub struct McpArgs {
    /// What is logged to standard error: error, warn, info, debug, trace
    #[arg(long, env = "NEN_LOG", default_value = "warn", value_name = "FILTER")]
    log: String,
}

/// Serves until the client leaves.
pub fn run(args: &McpArgs, global: &GlobalArgs) -> anyhow::Result<()> {
    if global.json {
        return Err(UsageError("nen mcp always speaks MCP: leave out --json".to_owned()).into());
    }
    start_logging(LogFormat::Text, &args.log, None)?;
    let client = login_file::client(global)?;
    check(&client)?;
    let api = HttpApi::new(client.base(), client.key()?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let served = runtime.block_on(nen_mcp::stdio(Arc::new(api)));
    // A read of standard input that nobody waits for any more must not keep the process alive.
    runtime.shutdown_background();
    Ok(served?)
}

/// Says at once what is wrong with server or key: a client of MCP shows how a program ended, and rarely what a tool says.
fn check(client: &Client) -> anyhow::Result<()> {
    match client.get("/desktops") {
        // The key is good, and may do other things than this.
        Ok(_) | Err(ClientError::Unauthorised { status: 403, .. }) => Ok(()),
        Err(ClientError::Unauthorised { message, .. }) => {
            let url = client.base();
            Err(ClientError::Unauthorised {
                status: 401,
                message: format!("{url} does not take the API key: {message}"),
            }
            .into())
        }
        Err(ClientError::NotFound { .. }) => Err(ClientError::NotNen {
            url: client.base().to_owned(),
            reason: "it has no desktops".to_owned(),
        }
        .into()),
        Err(other) => Err(other.into()),
    }
}
