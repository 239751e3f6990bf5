//! `nen workflow delete`.

use clap::Args;
use serde_json::json;

use super::WorkflowId;
use crate::{client::Client, commands::consent::agreed, output::Output};

/// Which workflow.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    #[command(flatten)]
    workflow: WorkflowId,
    /// Do not ask
    #[arg(short, long)]
    force: bool,
}

/// Deletes it after asking.
pub fn run(args: &DeleteArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let id = &args.workflow.id;
    if !args.force && !agreed(&format!("Delete workflow {id} with all its versions?"))? {
        anyhow::bail!("nothing was deleted");
    }
    client.delete(&args.workflow.path(""))?;
    if output.is_json() {
        return output.json(&json!({"workflowId": id, "deleted": true}));
    }
    output.line(format!("Workflow {id} deleted."))?;
    Ok(())
}
