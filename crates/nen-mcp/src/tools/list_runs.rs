//! The runs of a workflow.

use jiff::Timestamp;
use nen_protocol::segment::escaped;
use nen_protocol::workflow::RunList;
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_list_runs",
    title: "List runs",
    description: "List the runs of a workflow, newest first.",
    input,
    output: Some(output),
    hints: Hints::LOOKS,
    run: |call| Box::pin(run(call)),
};

/// How many when nothing is said, as documented for Nen.
const USUAL: u32 = 10;

fn input() -> Value {
    schema::object(
        &json!({
            "workflowId": {"type": "string", "description": "The workflow, from nen_update_workflow or nen_list_workflows."},
            "limit": {"type": "integer", "minimum": 1, "maximum": 200, "default": USUAL, "description": "Most runs to list, 10 when left out."},
        }),
        &["workflowId"],
    )
}

fn output() -> Value {
    let run = json!({
        "type": "object",
        "properties": {
            "messageId": {"type": "string"},
            "workflowId": {"type": "string"},
            "status": {"type": "string"},
            "startTime": {"type": ["string", "null"]},
            "endTime": {"type": ["string", "null"]},
        },
        "required": ["messageId", "status"],
    });
    json!({"type": "object", "properties": {"runs": {"type": "array", "items": run}}, "required": ["runs"]})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    workflow_id: String,
    limit: Option<u32>,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let path = format!(
        "/runs?workflow_id={}&limit={}",
        escaped(&arguments.workflow_id),
        arguments.limit.unwrap_or(USUAL)
    );
    let list: RunList = call.get(&path).await?;
    let runs: Vec<Value> = list
        .runs
        .iter()
        .map(|run| {
            json!({
                "messageId": run.message_id,
                "workflowId": run.workflow_id,
                "status": run.run_status,
                "startTime": run.started_at.and_then(iso),
                "endTime": run.finished_at.and_then(iso),
            })
        })
        .collect();
    Ok(CallToolResult::structured(json!({"runs": runs})))
}

/// Unix seconds as ISO 8601.
fn iso(seconds: f64) -> Option<String> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "times of runs are far from the bounds"
    )]
    let at = Timestamp::from_millisecond((seconds * 1000.0).round() as i64);
    at.ok().map(|at| at.to_string())
}
