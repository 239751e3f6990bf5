//! The tool by which a model says that it is done, or that it cannot be.

use nen_protocol::tools::ToolSchema;
use serde_json::{Map, Value, json};

/// Its name.
pub(crate) const NAME: &str = "finish";

/// How a job ended, by the model's account.
#[derive(Clone)]
pub(crate) struct Finish {
    pub(crate) success: bool,
    pub(crate) summary: String,
}

/// The schema.
pub(crate) fn schema() -> ToolSchema {
    ToolSchema {
        name: NAME.to_owned(),
        description: "Ends the job. Call it alone, after you have seen the outcome on the screen."
            .to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {
                "success": {"type": "boolean", "description": "Whether the job is done."},
                "summary": {"type": "string", "description": "What was done, or why it could not be, in one or two sentences."},
            },
            "required": ["success", "summary"],
        }),
    }
}

/// Understands a call.
pub(crate) fn read(input: &Map<String, Value>) -> Result<Finish, String> {
    let success = input
        .get("success")
        .and_then(Value::as_bool)
        .ok_or_else(|| format!("{NAME} needs success: true or false"))?;
    let summary = input
        .get("summary")
        .and_then(Value::as_str)
        .ok_or_else(|| format!("{NAME} needs summary: a string"))?;
    Ok(Finish {
        success,
        summary: summary.to_owned(),
    })
}
