//! `nen run list`.

use clap::{Args, builder::PossibleValuesParser};
use nen_protocol::segment::escaped;
use nen_protocol::workflow::{Run, RunList, RunStatus};
use serde_json::{Value, json};

use crate::{
    client::{Client, ClientError},
    output::{Output, Style, Table, human_seconds, now, one_line, relative},
};

/// Most runs that are asked for at once.
const PAGE: usize = 100;

/// Which runs, and how to show them.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only runs of this workflow
    #[arg(long, value_name = "WORKFLOW")]
    workflow: Option<String>,
    /// Only runs with this status
    #[arg(long, value_parser = PossibleValuesParser::new(RunStatus::ALL.map(RunStatus::as_str)))]
    status: Option<String>,
    /// Most runs to show
    #[arg(long, value_name = "NUMBER", default_value = "20", value_parser = parse_limit)]
    limit: usize,
    /// Go on after an earlier list, with its next_cursor
    #[arg(long)]
    cursor: Option<String>,
    /// Print only the ids
    #[arg(short, long)]
    quiet: bool,
}

/// Lists them.
pub fn run(args: &ListArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let (runs, cursor) = fetch(args, client)?;
    if output.is_json() {
        let mut list = json!({"runs": runs});
        if let Some(cursor) = cursor {
            list["next_cursor"] = cursor.into();
        }
        return output.json(&list);
    }
    let runs: Vec<Run> = client.typed(&Value::Array(runs))?;
    if args.quiet {
        for run in &runs {
            output.line(&run.message_id)?;
        }
        return Ok(());
    }
    if runs.is_empty() {
        output.note(match (&args.workflow, &args.status) {
            (None, None) => "No runs. Start one with `nen run start`.",
            _ => "No such runs.",
        });
        return Ok(());
    }
    output.text(table(&runs, now(), output.style()))?;
    if cursor.is_some() {
        output.note(format!(
            "There are more than {}: --limit shows more.",
            runs.len()
        ));
    }
    Ok(())
}

/// Page after page, until there are enough or no more.
fn fetch(args: &ListArgs, client: &Client) -> Result<(Vec<Value>, Option<String>), ClientError> {
    let mut runs = Vec::new();
    let mut cursor = args.cursor.clone();
    loop {
        let missing = args.limit - runs.len();
        let reply = client.get(&path(args, missing.min(PAGE), cursor.as_deref()))?;
        // Read as a list first, so that what is no list of runs is noticed.
        let page: RunList = client.typed(&reply)?;
        let values = reply["runs"].as_array().cloned().unwrap_or_default();
        let came = values.len();
        runs.extend(values.into_iter().take(missing));
        cursor = page.next_cursor;
        if cursor.is_none() || came == 0 || runs.len() >= args.limit {
            return Ok((runs, cursor));
        }
    }
}

fn path(args: &ListArgs, limit: usize, cursor: Option<&str>) -> String {
    let mut path = format!("/runs?limit={limit}");
    for (name, value) in [
        ("workflow_id", args.workflow.as_deref()),
        ("status", args.status.as_deref()),
        ("cursor", cursor),
    ] {
        if let Some(value) = value {
            path.push_str(&format!("&{name}={}", escaped(value)));
        }
    }
    path
}

fn table(runs: &[Run], now: f64, style: Style) -> String {
    let mut table = Table::new(&[
        "RUN ID", "STATUS", "WORKFLOW", "CREATED", "TOOK", "STEPS", "COST",
    ])
    .right(4)
    .right(5)
    .right(6);
    for run in runs {
        let took = run
            .started_at
            .map(|started| human_seconds(run.finished_at.unwrap_or(now) - started));
        let cost = (run.cost_usd > 0.0).then(|| format!("${:.4}", run.cost_usd));
        table.row(vec![
            run.message_id.clone(),
            style.run_status(run.run_status),
            format!(
                "{} v{}",
                one_line(&run.workflow_name, 40),
                run.workflow_version
            ),
            relative(run.created_at, now),
            took.unwrap_or_default(),
            run.steps.to_string(),
            cost.unwrap_or_default(),
        ]);
    }
    table.render(style)
}

fn parse_limit(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|limit| (1..=100_000).contains(limit))
        .ok_or_else(|| "expected a number from 1 to 100000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::run::details::tests::a_run;

    #[test]
    fn rows_line_up() {
        let mut done = a_run();
        done.run_status = RunStatus::Completed;
        (done.created_at, done.started_at, done.finished_at) = (880.0, Some(881.0), Some(893.3));
        (done.steps, done.cost_usd) = (14, 0.0123);
        let mut waiting = a_run();
        waiting.created_at = 999.0;
        assert_eq!(
            table(&[waiting, done], 1000.0, Style::PLAIN),
            "RUN ID  STATUS     WORKFLOW     CREATED     TOOK  STEPS     COST\n\
             run-1   queued     invoices v3  just now              0\n\
             run-1   completed  invoices v3  2m ago    12.3 s     14  $0.0123\n"
        );
    }

    #[test]
    fn filters_are_escaped() {
        let args = ListArgs {
            workflow: Some("a&b".into()),
            status: Some("failed".into()),
            limit: 20,
            cursor: None,
            quiet: false,
        };
        assert_eq!(
            path(&args, 20, Some("x=")),
            "/runs?limit=20&workflow_id=a%26b&status=failed&cursor=x%3D"
        );
    }
}
