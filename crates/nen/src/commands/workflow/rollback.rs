//! `nen workflow rollback`.

use clap::Args;
use nen_protocol::workflow::{Rollback, Workflow};

use super::WorkflowId;
use crate::{
    client::Client,
    output::{Output, printable},
};

/// Which workflow, and to which version.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    #[command(flatten)]
    workflow: WorkflowId,
    /// Version whose files runs use from now on; `nen workflow versions` lists them
    version: i64,
}

/// Its files become a new version's, so that the history stays as it was.
pub fn run(args: &RollbackArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let body = serde_json::to_value(Rollback {
        version: args.version,
    })?;
    let reply = client.post(&args.workflow.path("/rollback"), Some(&body))?;
    if output.is_json() {
        return output.json(&reply);
    }
    let workflow: Workflow = client.typed(&reply)?;
    output.line(format!(
        "{} is back at version {}, published as version {}.",
        printable(&workflow.name),
        args.version,
        workflow.version
    ))?;
    Ok(())
}
