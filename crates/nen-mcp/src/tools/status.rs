//! Where a run is.

use nen_protocol::segment::escaped;
use nen_protocol::workflow::Run;
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_status",
    title: "Look at a run",
    description: "Look at a run: its status is queued, running, completed, failed, timeout or cancelled. Once it has ended, result has what it returned, or error why it failed. liveViewUrl shows its desktop while it runs.",
    input,
    output: Some(output),
    hints: Hints::LOOKS,
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(
        &json!({"messageId": {"type": "string", "description": "The run, from nen_run or nen_list_runs."}}),
        &["messageId"],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "messageId": {"type": "string"},
            "workflowId": {"type": "string"},
            "status": {"type": "string", "enum": ["queued", "running", "completed", "failed", "timeout", "cancelled"]},
            "liveViewUrl": {"type": ["string", "null"]},
            "result": {},
            "error": {"type": ["string", "null"]},
            "errorType": {"type": ["string", "null"]},
            "assets": {"type": ["string", "null"]},
            "steps": {"type": "integer"},
        },
        "required": ["messageId", "status", "liveViewUrl"],
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    message_id: String,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let path = format!("/runs/{}", escaped(&arguments.message_id));
    let run: Run = call.get(&path).await?;
    Ok(CallToolResult::structured(json!({
        "messageId": run.message_id,
        "workflowId": run.workflow_id,
        "status": run.run_status,
        "liveViewUrl": run.live_view_url,
        "result": run.result,
        "error": run.error,
        "errorType": run.error_type,
        "assets": run.assets,
        "steps": run.steps,
    })))
}
