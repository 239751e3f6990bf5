//! `nen settings network`.

use clap::Args;
use nen_protocol::network::WorkspaceNetwork;
use serde_json::json;

use crate::{client::Client, commands::network::NetworkArgs, output::Output};

/// The network to set; without one, the present one is shown.
#[derive(Debug, Args)]
pub struct SetNetworkArgs {
    #[command(flatten)]
    network: NetworkArgs,
}

/// Shows or sets it.
pub fn run(args: &SetNetworkArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = match args.network.wire() {
        Some(network) => client.put("/settings/network", Some(&json!({"network": network})))?,
        None => {
            let settings = client.get("/settings")?;
            json!({"network": settings["network"]})
        }
    };
    if output.is_json() {
        return output.json(&reply);
    }
    let set: WorkspaceNetwork = client.typed(&reply)?;
    output.line(set.network.to_string())?;
    Ok(())
}
