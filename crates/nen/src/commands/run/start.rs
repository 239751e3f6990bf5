//! `nen run start`.

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;
use nen_protocol::workflow::{MAX_TIMEOUT_SECONDS, Run, RunAccepted, Workflow};
use serde_json::{Map, Value, json};

use super::{
    details, ending,
    follow::{self, Event},
    log_line,
    secrets::{self, SecretArg},
};
use crate::{
    client::{Client, signature},
    commands::{
        params::{Schema, collect, read_file},
        workflow::WorkflowId,
    },
    output::{Fields, Output, Style},
};

/// The workflow, what it gets, and how it runs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    nen run start WORKFLOW --param url=https://example.com --param rows=20 --wait\n  \
    nen run start WORKFLOW --params-file params.json --secret password=env:PORTAL_PASSWORD\n  \
    nen run start WORKFLOW --param 'tags:=[\"a\", \"b\"]' --webhook https://example.com/hooks/nen\n\n\
    NAME=VALUE is a number, true or false, an array or a text as the workflow's Params want it; NAME:=JSON is taken \
    as it is.\n\n\
    Requests with secrets are signed with the workspace's signing secret, from the environment variable \
    NEN_SIGNING_SECRET.\n\n\
    With --wait the log goes to standard error and the result to standard output; the exit code is 1 when the run \
    does not complete. Ctrl-C ends the waiting, not the run.")]
pub struct StartArgs {
    #[command(flatten)]
    workflow: WorkflowId,
    /// A parameter (repeatable)
    #[arg(long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// JSON file with parameters, "-" for standard input; those of --param go over it
    #[arg(long, value_name = "FILE")]
    params_file: Option<PathBuf>,
    /// A secret: asks for its value, or takes it from an environment variable (repeatable)
    #[arg(long = "secret", value_name = "NAME[=env:VARIABLE]", value_parser = secrets::parse)]
    secrets: Vec<SecretArg>,
    /// Address that webhooks go to
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// Use this desktop, and leave it as it is afterwards [default: one is made and deleted]
    #[arg(long, value_name = "DESKTOP")]
    desktop: Option<String>,
    /// End it after this many seconds [default: 1800]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=MAX_TIMEOUT_SECONDS))]
    timeout: Option<u64>,
    /// Give it up when it has not begun after this many seconds [default: 3600]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=MAX_TIMEOUT_SECONDS))]
    queue_timeout: Option<u64>,
    /// Runs with the same key go one at a time
    #[arg(long, value_name = "KEY")]
    concurrency_key: Option<String>,
    /// Model for Agent() where the workflow names none
    #[arg(long)]
    model: Option<String>,
    /// End it when its model calls cost more than this
    #[arg(long, value_name = "USD", value_parser = parse_dollars)]
    max_cost: Option<f64>,
    /// The same key starts the run only once, however often it is sent
    #[arg(long, value_name = "KEY", value_parser = parse_idempotency_key)]
    idempotency_key: Option<String>,
    /// Follow the log until the end and print the result
    #[arg(short, long)]
    wait: bool,
    /// Print only the run's id
    #[arg(short, long, conflicts_with = "wait")]
    quiet: bool,
}

/// Starts it; with `--wait`, stays until it has ended.
pub fn run(args: &StartArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let workflow: Workflow = client.typed(&client.get(&args.workflow.path(""))?)?;
    let file = match &args.params_file {
        Some(file) => read_file(file)?,
        None => Map::new(),
    };
    let params = collect(Schema::new(&workflow.params_schema), file, &args.params)?;
    let mut headers = Vec::new();
    if let Some(key) = &args.idempotency_key {
        headers.push(("Idempotency-Key", key.clone()));
    }
    // Looked for first: nobody should type a password and then hear that it cannot be sent.
    let signing_secret = match args.secrets.is_empty() {
        true => None,
        false => Some(secrets::signing_secret()?),
    };
    let secrets = secrets::values(&args.secrets, &workflow.secure_fields)?;
    let body = serde_json::to_vec(&body(args, params, &secrets))?;
    if let Some(secret) = signing_secret {
        headers.push((signature::HEADER, signature::of(&secret, &body)?));
    }
    let reply = client.post_bytes("/runs", &body, &headers)?;
    let accepted: RunAccepted = client.typed(&reply)?;
    if args.wait {
        return wait(&accepted.message_id, client, output);
    }
    if output.is_json() {
        return output.json(&reply);
    }
    if args.quiet {
        output.line(&accepted.message_id)?;
        return Ok(());
    }
    output.line(output.style().green("Run accepted."))?;
    let mut fields = Fields::default();
    fields.add("Run ID", &accepted.message_id);
    fields.add("Workflow", details::workflow_of(&workflow));
    fields.add(
        "Follow it",
        format!("nen run watch {}", accepted.message_id),
    );
    output.text(fields.render())?;
    Ok(())
}

/// The log to standard error as it comes, the result to standard output at the end.
fn wait(id: &str, client: &Client, output: &Output) -> anyhow::Result<()> {
    let style = Style::for_stderr();
    output.note(style.dim(&format!(
        "Run {id}; Ctrl-C ends the waiting, `nen run cancel {id}` the run"
    )));
    let mut live_view = None;
    let last = follow::follow(client, id, follow::Steps::Ignored, &mut |event| {
        match event {
            Event::Log(record) => output.note(log_line::of(&record, style)),
            Event::Seen(run) if run.live_view_url.is_some() && run.live_view_url != live_view => {
                live_view.clone_from(&run.live_view_url);
                output.note(style.dim(&details::live_view(run)));
            }
            Event::Seen(_) | Event::Step(_) => {}
        }
        Ok(())
    })?;
    let run: Run = client.typed(&last)?;
    if output.is_json() {
        output.json(&last)?;
    } else if let Some(result) = &run.result {
        output.json(result)?;
    }
    if !output.is_json() && run.assets.is_some() {
        output.note(format!("It left files: nen run assets {id}"));
    }
    ending::check(&run)
}

/// Only what was asked for is sent, so that the server's defaults hold.
fn body(args: &StartArgs, params: Map<String, Value>, secrets: &BTreeMap<String, String>) -> Value {
    let mut body = Map::new();
    body.insert("workflow_id".into(), args.workflow.id.clone().into());
    body.insert("workflow_params".into(), params.into());
    if !secrets.is_empty() {
        body.insert("secure_workflow_params".into(), json!(secrets));
    }
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(key.to_owned(), value);
        }
    };
    let text = |value: &Option<String>| value.clone().map(Value::from);
    set("webhook_callback", text(&args.webhook));
    set("desktop_id", text(&args.desktop));
    set("timeout_seconds", args.timeout.map(Value::from));
    set("queue_timeout_seconds", args.queue_timeout.map(Value::from));
    set("concurrency_key", text(&args.concurrency_key));
    set("model", text(&args.model));
    set("max_cost_usd", args.max_cost.map(Value::from));
    Value::Object(body)
}

fn parse_dollars(text: &str) -> Result<f64, String> {
    text.trim_start_matches('$')
        .parse()
        .ok()
        .filter(|dollars: &f64| *dollars > 0.0 && dollars.is_finite())
        .ok_or_else(|| "expected US dollars above 0, for example 0.50".to_owned())
}

fn parse_idempotency_key(text: &str) -> Result<String, String> {
    if (1..=255).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err("expected 1 to 255 letters, digits and signs of ASCII without blanks".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use nen_protocol::workflow::StartRun;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: StartArgs,
    }

    fn sent(line: &[&str], secrets: &[(&str, &str)]) -> Value {
        let args = Line::try_parse_from([&["start"], line].concat())
            .unwrap()
            .args;
        let params = Map::from_iter([("url".to_owned(), json!("x"))]);
        let secrets = secrets
            .iter()
            .map(|(k, v)| (String::from(*k), String::from(*v)));
        body(&args, params, &secrets.collect())
    }

    #[test]
    fn nothing_asked_for_leaves_the_defaults_to_the_server() {
        assert_eq!(
            sent(&["wf-1"], &[]),
            json!({"workflow_id": "wf-1", "workflow_params": {"url": "x"}})
        );
    }

    #[test]
    fn everything_asked_for_is_sent_and_the_server_can_read_it() {
        let body = sent(
            &[
                "wf-1",
                "--webhook=https://example.com/hook",
                "--desktop=dsk_a",
                "--timeout=60",
                "--queue-timeout=120",
                "--concurrency-key=portal",
                "--model=claude-x",
                "--max-cost=$0.5",
            ],
            &[("password", "hunter2")],
        );
        let start = StartRun::parse(body.to_string().as_bytes()).unwrap();
        assert_eq!(start.workflow_id, "wf-1");
        assert_eq!(
            start.webhook_callback.as_deref(),
            Some("https://example.com/hook")
        );
        assert_eq!(start.desktop_id.as_deref(), Some("dsk_a"));
        assert_eq!(
            (start.timeout_seconds, start.queue_timeout_seconds),
            (60, 120)
        );
        assert_eq!(start.concurrency_key.as_deref(), Some("portal"));
        assert_eq!(start.model.as_deref(), Some("claude-x"));
        assert_eq!(start.max_cost_usd, Some(0.5));
        assert_eq!(start.secure_workflow_params.unwrap()["password"], "hunter2");
    }

    #[test]
    fn values_that_no_server_takes_are_refused_here() {
        for wrong in [
            "--timeout=0",
            "--timeout=90000",
            "--max-cost=0",
            "--max-cost=NaN",
            "--idempotency-key=a b",
            "--idempotency-key=",
            "--secret=password=hunter2",
        ] {
            assert!(
                Line::try_parse_from(["start", "wf-1", wrong]).is_err(),
                "{wrong}"
            );
        }
    }
}
