//! A workflow, new or changed.

use http::Method;
use nen_protocol::segment::escaped;
use nen_protocol::workflow::{SourceFile, Workflow};
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_update_workflow",
    title: "Upload a workflow",
    description: "Upload a workflow, or publish a new version of one when workflowId is given: all its files, workflow.py with its Params, Result and run(params) among them. It is imported in a sandbox first, and what is no workflow is refused with the reason. Answers workflowId and the schemas of parameters and result.",
    input,
    output: Some(output),
    hints: Hints::CHANGES,
    run: |call| Box::pin(run(call)),
};

/// What a workflow is called whose name was left out.
const UNNAMED: &str = "workflow";

fn input() -> Value {
    let file = json!({
        "type": "object",
        "properties": {
            "filename": {"type": "string", "description": "Path within the workflow, such as workflow.py or forms/login.py."},
            "content": {"type": "string", "description": "Its text."},
        },
        "required": ["filename", "content"],
        "additionalProperties": false,
    });
    schema::object(
        &json!({
            "files": {"type": "array", "items": file, "minItems": 1, "description": "All files; those of the version before that are not listed are gone."},
            "workflowId": {"type": "string", "description": "The workflow to publish a new version of; a new one is made when left out."},
            "workflowName": {"type": "string", "maxLength": 128, "description": "Shown to people; the old name stays when left out."},
            "deploymentId": schema::deployment_id(),
        }),
        &["files"],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "workflowId": {"type": "string"},
            "name": {"type": "string"},
            "version": {"type": "integer"},
            "paramsSchema": {"type": "object"},
            "resultSchema": {"type": "object"},
            "secureFields": {"type": "array", "items": {"type": "string"}},
            "message": {"type": "string"},
        },
        "required": ["workflowId", "version", "message"],
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    files: Vec<SourceFile>,
    workflow_id: Option<String>,
    workflow_name: Option<String>,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let (files, name) = (arguments.files, arguments.workflow_name);
    let made: Workflow = match arguments.workflow_id {
        Some(id) => {
            let body = json!({"files": files, "name": name});
            let path = format!("/workflows/{}", escaped(&id));
            call.send(Method::PUT, &path, Some(&body)).await?
        }
        None => {
            let name = name.as_deref().unwrap_or(UNNAMED);
            let body = json!({"files": files, "name": name});
            call.send(Method::POST, "/workflows", Some(&body)).await?
        }
    };
    Ok(CallToolResult::structured(json!({
        "workflowId": made.workflow_id,
        "name": made.name,
        "version": made.version,
        "paramsSchema": made.params_schema,
        "resultSchema": made.result_schema,
        "secureFields": made.secure_fields,
        "message": format!("Version {} of {:?} is published; nen_run starts it.", made.version, made.name),
    })))
}
