//! `nen workflow deploy`.

use std::path::PathBuf;

use clap::Args;
use nen_protocol::workflow::{Publish, Upload, Workflow};
use serde_json::Value;

use super::{
    bundle::{self, Bundle},
    deployment::Deployments,
    details, path,
};
use crate::{
    client::{Client, ClientError},
    exit::MissingError,
    output::{Output, human_size, printable},
};

/// What is deployed, and as what.
#[derive(Debug, Args)]
#[command(
    after_help = "The first deployment creates a workflow and remembers its id in .nen/workflow.json beside it; \
    each further one publishes a new version.\n\n\
    Sent are the text files of the folder. Hidden files, virtual environments, __pycache__ and node_modules stay here."
)]
pub struct DeployArgs {
    /// Folder with workflow.py in it, or a single .py file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Name for people [default: the folder's or the file's; a further deployment keeps it]
    #[arg(long)]
    name: Option<String>,
    /// Publish a new version of this workflow, whatever is remembered
    #[arg(long, value_name = "WORKFLOW")]
    id: Option<String>,
    /// Create another workflow, whatever is remembered
    #[arg(long, conflicts_with = "id")]
    new: bool,
}

/// Sends the files; the server checks them and says what is wrong.
pub fn run(args: &DeployArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let bundle = bundle::collect(&args.path)?;
    let mut deployments = Deployments::of(&args.path)?;
    for left in &bundle.left_out {
        output.note(format!(
            "Not sent: {} ({})",
            printable(&left.path),
            left.reason
        ));
    }
    let remembered = deployments
        .on(client.base())
        .filter(|_| !args.new)
        .map(str::to_owned);
    let id = args.id.as_deref().or(remembered.as_deref());
    let reply = send(args, id, &bundle, client).map_err(|error| match (error, &remembered) {
        (ClientError::NotFound { .. }, Some(id)) if args.id.is_none() => MissingError(format!(
            "workflow {id}, which {} remembers, is not on {} any more; use --new to create another",
            deployments.path().display(),
            client.base()
        ))
        .into(),
        (error, _) => anyhow::Error::from(error),
    })?;
    let workflow: Workflow = client.typed(&reply)?;
    deployments.remember(client.base(), &workflow.workflow_id)?;
    if output.is_json() {
        return output.json(&reply);
    }
    let style = output.style();
    output.line(style.green(&match id {
        Some(_) => format!("Published version {}.", workflow.version),
        None => "Workflow created.".to_owned(),
    }))?;
    let mut fields = details::fields(&workflow);
    let files = bundle.files.len();
    let unit = if files == 1 { "file" } else { "files" };
    fields.add(
        "Sent",
        format!("{files} {unit}, {}", human_size(bundle.size())),
    );
    output.text(fields.render())?;
    output.text(details::interface(&workflow, style))?;
    output.line(format!(
        "\nStart a run:\n  {}",
        details::start_command(&workflow)
    ))?;
    Ok(())
}

fn send(
    args: &DeployArgs,
    id: Option<&str>,
    bundle: &Bundle,
    client: &Client,
) -> Result<Value, ClientError> {
    let files = bundle.files.clone();
    let not_json = |error: serde_json::Error| ClientError::Broken {
        url: client.base().to_owned(),
        reason: error.to_string(),
    };
    match id {
        Some(id) => {
            let name = args.name.clone();
            let body = serde_json::to_value(Publish { name, files }).map_err(not_json)?;
            client.put(&path(id, ""), Some(&body))
        }
        None => {
            let name = args.name.clone().unwrap_or_else(|| bundle.name.clone());
            let body = serde_json::to_value(Upload { name, files }).map_err(not_json)?;
            client.post("/workflows", Some(&body))
        }
    }
}
