//! `nen run cancel`.

use nen_protocol::workflow::Run;

use super::RunId;
use crate::{client::Client, output::Output};

/// Asks for its end; one that runs may take a few seconds to clean up.
pub fn run(id: &RunId, client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = client.post(&id.path("/cancel"), None)?;
    if output.is_json() {
        return output.json(&reply);
    }
    let run: Run = client.typed(&reply)?;
    output.line(if run.run_status.is_final() {
        format!("Run {} cancelled.", id.id)
    } else {
        format!("Run {} is being cancelled.", id.id)
    })?;
    Ok(())
}
