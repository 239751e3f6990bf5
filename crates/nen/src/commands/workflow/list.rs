//! `nen workflow list`.

use clap::Args;
use nen_protocol::workflow::{Workflow, WorkflowList};

use crate::{
    client::Client,
    output::{Output, Style, Table, now, printable, relative},
};

/// How to show them.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print only the ids
    #[arg(short, long)]
    quiet: bool,
}

/// Lists them, by name as the server does.
pub fn run(args: &ListArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = client.get("/workflows")?;
    if output.is_json() {
        return output.json(&reply);
    }
    let list: WorkflowList = client.typed(&reply)?;
    if args.quiet {
        for workflow in &list.workflows {
            output.line(&workflow.workflow_id)?;
        }
        return Ok(());
    }
    if list.workflows.is_empty() {
        output
            .note("No workflows. Write one with `nen workflow init`, then `nen workflow deploy`.");
        return Ok(());
    }
    output.text(table(&list.workflows, now(), output.style()))?;
    Ok(())
}

fn table(workflows: &[Workflow], now: f64, style: Style) -> String {
    let mut table = Table::new(&["WORKFLOW ID", "NAME", "VERSION", "UPDATED"]).right(2);
    for workflow in workflows {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a date fit an f64")]
        let updated = relative(workflow.updated_at as f64, now);
        table.row(vec![
            workflow.workflow_id.clone(),
            printable(&workflow.name),
            workflow.version.to_string(),
            updated,
        ]);
    }
    table.render(style)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_line_up() {
        let workflow = |id: &str, name: &str, version: i64| -> Workflow {
            serde_json::from_value(json!({
                "workflowId": id, "name": name, "version": version, "paramsSchema": {},
                "resultSchema": {}, "secureFields": [], "network": "none", "createdAt": 0, "updatedAt": 880,
            }))
            .unwrap()
        };
        assert_eq!(
            table(
                &[
                    workflow("wf-1", "invoices", 12),
                    workflow("wf-2", "a\u{1b}b", 3)
                ],
                1000.0,
                Style::PLAIN
            ),
            "WORKFLOW ID  NAME      VERSION  UPDATED\n\
             wf-1         invoices       12  2m ago\n\
             wf-2         a\u{fffd}b             3  2m ago\n"
        );
    }
}
