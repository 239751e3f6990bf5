//! `nen desktop status`.

use super::{DesktopId, details};
use crate::{client::Client, output::Output};

/// Shows one desktop.
pub fn run(id: &DesktopId, client: &Client, output: &Output) -> anyhow::Result<()> {
    let desktop = client.get(&id.path(""))?;
    if output.is_json() {
        return output.json(&desktop);
    }
    output.text(details::lines(&desktop, output.style()))?;
    Ok(())
}
