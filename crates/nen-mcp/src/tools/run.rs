//! The start of a run.

use http::Method;
use nen_protocol::segment::escaped;
use nen_protocol::workflow::{Run, RunAccepted, Workflow};
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::params::typed;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_run",
    title: "Run a workflow",
    description: "Start a run of a workflow on a desktop of its own. Answers at once with messageId, the id of the run: follow it with nen_status. liveViewUrl shows its desktop, and is null until the run has one.",
    input,
    output: Some(output),
    hints: Hints::DESTROYS.open_world(),
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(
        &json!({
            "workflowId": {"type": "string", "description": "The workflow, from nen_update_workflow or nen_list_workflows."},
            "params": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "Its parameters as texts; they become what the workflow's paramsSchema asks for (7, true, [1, 2]).",
            },
        }),
        &["workflowId"],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": {"messageId": {"type": "string"}, "liveViewUrl": {"type": ["string", "null"]}},
        "required": ["messageId", "liveViewUrl"],
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    workflow_id: String,
    #[serde(default)]
    params: Map<String, Value>,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let path = format!("/workflows/{}", escaped(&arguments.workflow_id));
    let workflow: Workflow = call.get(&path).await?;
    let body = json!({
        "workflow_id": workflow.workflow_id,
        "workflow_params": typed(arguments.params, &workflow.params_schema),
    });
    let accepted: RunAccepted = call.send(Method::POST, "/runs", Some(&body)).await?;
    // The run is accepted, whatever becomes of the question for its view; a key may also lack the right to ask.
    let run: Option<Run> = call
        .get(&format!("/runs/{}", escaped(&accepted.message_id)))
        .await
        .ok();
    Ok(CallToolResult::structured(json!({
        "messageId": accepted.message_id,
        "liveViewUrl": run.and_then(|run| run.live_view_url),
    })))
}
