//! `nen run status`.

use nen_protocol::workflow::Run;

use super::{RunId, details};
use crate::{client::Client, output::Output};

/// Shows one run.
pub fn run(id: &RunId, client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = client.get(&id.path(""))?;
    if output.is_json() {
        return output.json(&reply);
    }
    let run: Run = client.typed(&reply)?;
    output.text(details::lines(&run, output.style()))?;
    Ok(())
}
