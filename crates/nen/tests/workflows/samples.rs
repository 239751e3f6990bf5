//! Workflows, runs and log lines as a server describes them.

use serde_json::{Value, json};

/// A workflow with parameters of every kind, as its first version.
pub fn workflow() -> Value {
    json!({
        "workflowId": "wf-1", "name": "invoices", "version": 1,
        "paramsSchema": {
            "$defs": {"Size": {"enum": ["S", "M"], "type": "string"}},
            "type": "object",
            "properties": {
                "url": {"type": "string", "description": "Where to log in"},
                "rows": {"type": "integer", "default": 50},
                "ratio": {"type": "number", "default": 1.0},
                "draft": {"type": "boolean", "default": false},
                "tags": {"type": "array", "items": {"type": "string"}, "default": []},
                "extra": {"type": "object", "default": {}},
                "size": {"$ref": "#/$defs/Size", "default": "S"},
            },
            "required": ["url"],
        },
        "resultSchema": {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]},
        "secureFields": [], "network": "none", "createdAt": 1_743_447_260, "updatedAt": 1_743_447_260,
    })
}

/// The same with other values at its top.
pub fn workflow_with(changes: &Value) -> Value {
    changed(workflow(), changes)
}

/// A run that goes on.
pub fn run() -> Value {
    json!({
        "workflow_id": "wf-1", "message_id": "run-1", "status": "processing", "run_status": "running",
        "expires_at": 1_743_450_000, "assets": null, "workflow_version": 3, "workflow_name": "invoices",
        "attempt": 1, "workflow_params": {"url": "x"}, "timeout_seconds": 1800, "queue_timeout_seconds": 3600,
        "cancel_requested": false, "steps": 0, "input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0,
        "created_at": 1_743_447_260.0, "started_at": 1_743_447_261.0,
    })
}

/// The same with other values.
pub fn run_with(changes: &Value) -> Value {
    changed(run(), changes)
}

/// A run that ended with a result.
pub fn completed() -> Value {
    run_with(&json!({
        "status": "success", "run_status": "completed", "success": true, "result": {"total": 3.5},
        "finished_at": 1_743_447_344.0,
    }))
}

/// A run that ended with an error.
pub fn failed() -> Value {
    run_with(&json!({
        "status": "failed", "run_status": "failed", "success": false, "error": "no such row",
        "error_type": "ValueError", "finished_at": 1_743_447_344.0,
    }))
}

/// A line of a log.
pub fn line(seq: i64, text: &str) -> Value {
    json!({"seq": seq, "at": 1_743_447_262.25, "stream": "stdout", "text": text})
}

fn changed(mut value: Value, changes: &Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        value[name] = change.clone();
    }
    value
}
