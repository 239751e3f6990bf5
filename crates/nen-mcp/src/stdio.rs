//! Standard input and output: a client starts the program and speaks to it.

use std::sync::Arc;

use rmcp::ServiceExt;
use rmcp::transport::io::stdio_pipes;

use crate::Api;
use crate::server::Server;

/// Why serving ended before its client left.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StdioError {
    /// What came in was no beginning of MCP.
    #[error("what came in is no client of MCP: {0}")]
    Beginning(String),
    /// The serving task failed.
    #[error("serving failed: {0}")]
    Serving(#[from] tokio::task::JoinError),
}

/// Serves the tools on standard input and output until the client closes them. Nothing but the protocol is written to
/// standard output.
///
/// # Errors
/// When the client does not speak MCP.
pub async fn stdio(api: Arc<dyn Api>) -> Result<(), StdioError> {
    let running = match Server::new(api).serve(stdio_pipes()).await {
        Ok(running) => running,
        // A client that leaves before it has said anything is none that something is owed to.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(StdioError::Beginning(error.to_string())),
    };
    running.waiting().await?;
    Ok(())
}
