//! `nen desktop pause` and `nen desktop resume`.

use super::DesktopId;
use crate::{client::Client, output::Output};

/// Which way.
#[derive(Clone, Copy, Debug)]
pub enum Power {
    /// Stop its processes, keep everything.
    Pause,
    /// Let it go on.
    Resume,
}

/// Pauses or resumes it.
pub fn run(id: &DesktopId, power: Power, client: &Client, output: &Output) -> anyhow::Result<()> {
    let (path, done) = match power {
        Power::Pause => ("/pause", "paused"),
        Power::Resume => ("/resume", "resumed"),
    };
    let desktop = client.post(&id.path(path), None)?;
    if output.is_json() {
        return output.json(&desktop);
    }
    output.line(format!("Desktop {} {done}.", id.id))?;
    Ok(())
}
