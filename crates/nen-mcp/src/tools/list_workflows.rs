//! The workflows there are.

use nen_protocol::workflow::WorkflowList;
use rmcp::model::CallToolResult;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_list_workflows",
    title: "List workflows",
    description: "List the workflows of the workspace by name, with the schemas of their parameters.",
    input,
    output: Some(output),
    hints: Hints::LOOKS,
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(&json!({"deploymentId": schema::deployment_id()}), &[])
}

fn output() -> Value {
    let workflow = json!({
        "type": "object",
        "properties": {
            "workflowId": {"type": "string"},
            "name": {"type": "string"},
            "version": {"type": "integer"},
            "paramsSchema": {"type": "object"},
            "secureFields": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["workflowId", "name"],
    });
    json!({"type": "object", "properties": {"workflows": {"type": "array", "items": workflow}}, "required": ["workflows"]})
}

async fn run(call: Call) -> Outcome {
    let list: WorkflowList = call.get("/workflows").await?;
    let workflows: Vec<Value> = list
        .workflows
        .iter()
        .map(|workflow| {
            json!({
                "workflowId": workflow.workflow_id,
                "name": workflow.name,
                "version": workflow.version,
                "paramsSchema": workflow.params_schema,
                "secureFields": workflow.secure_fields,
            })
        })
        .collect();
    Ok(CallToolResult::structured(json!({"workflows": workflows})))
}
