//! `nen-scripted-model --script FILE`: a model server that plays a script.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use nen_scripted_model::{Script, ScriptedModel};

/// A model server that plays a script, for tests.
#[derive(Debug, Parser)]
struct Arguments {
    /// The script, a JSON list of steps and rules.
    #[arg(long)]
    script: PathBuf,
    /// Where to listen; a loopback address.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The only key that is taken; any, when left out.
    #[arg(long)]
    key: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    anyhow::ensure!(
        arguments.listen.ip().is_loopback(),
        "{} is not a loopback address: a scripted model is for this machine only",
        arguments.listen.ip()
    );
    let text = std::fs::read_to_string(&arguments.script)
        .with_context(|| format!("cannot read {}", arguments.script.display()))?;
    let script = Script::parse(&text)
        .map_err(anyhow::Error::msg)
        .with_context(|| arguments.script.display().to_string())?;
    let mut server = ScriptedModel::listen(script, arguments.listen, arguments.key)
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let line = serde_json::json!({"url": server.url()});
    #[expect(
        clippy::print_stdout,
        reason = "whoever started it reads the address here"
    )]
    {
        println!("{line}");
    }
    server.stopped().await;
    Ok(())
}
