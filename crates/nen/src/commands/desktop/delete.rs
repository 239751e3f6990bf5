//! `nen desktop delete`.

use clap::Args;
use nen_protocol::segment::escaped;
use serde_json::Value;

use crate::{client::Client, commands::consent::agreed, output::Output};

/// Which desktops.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// Desktop ids (dsk_…)
    #[arg(required = true, value_name = "DESKTOP")]
    ids: Vec<String>,
    /// Do not ask
    #[arg(short, long)]
    force: bool,
}

/// Deletes them after asking.
pub fn run(args: &DeleteArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    if !args.force {
        let question = match args.ids.as_slice() {
            [id] => format!("Delete desktop {id} and its files?"),
            ids => format!("Delete {} desktops and their files?", ids.len()),
        };
        if !agreed(&question)? {
            anyhow::bail!("nothing was deleted");
        }
    }
    let mut replies = Vec::new();
    for id in &args.ids {
        let reply = client.delete(&format!("/desktops/{}", escaped(id)))?;
        if !output.is_json() {
            output.line(format!("Desktop {id} deleted."))?;
        }
        replies.push(reply);
    }
    if output.is_json() {
        return match replies.as_slice() {
            [one] => output.json(one),
            _ => output.json(&Value::from(replies)),
        };
    }
    Ok(())
}
