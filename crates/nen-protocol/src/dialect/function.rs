//! Calls of tools that are described by a JSON Schema of ours: `action` beside its parameters.

use serde_json::{Map, Value, json};

use crate::action::ActionCall;
use crate::tools::{self, ToolSchema};
use crate::{Invalid, Size};

/// What a flat call asks for.
pub(super) fn action(tool: &str, input: &Value) -> Result<ActionCall, String> {
    let Value::Object(input) = input else {
        return Err(format!("the arguments of {tool:?} must be an object"));
    };
    let mut params = input.clone();
    match params.remove("action") {
        Some(Value::String(action)) => Ok(ActionCall {
            tool: tool.to_owned(),
            action,
            params,
        }),
        Some(_) => Err(format!("{tool:?}: action must be a string")),
        None => Err(format!(
            "{tool:?} needs action: one of the actions in its schema"
        )),
    }
}

/// What a call asks for whose arguments are JSON in a text.
pub(super) fn action_of_text(tool: &str, arguments: &str) -> Result<ActionCall, String> {
    let input: Value = serde_json::from_str(match arguments.trim() {
        "" => "{}",
        arguments => arguments,
    })
    .map_err(|error| format!("the arguments of {tool:?} are not JSON: {error}"))?;
    action(tool, &input)
}

/// A call of the `computer` tool.
pub(super) fn computer(action: &str, params: Value) -> ActionCall {
    ActionCall {
        tool: "computer".to_owned(),
        action: action.to_owned(),
        params: match params {
            Value::Object(params) => params,
            _ => Map::new(),
        },
    }
}

/// The schema of a tool for a model that sees the screen at this size.
pub(super) fn schema(tool: &str, display: Size) -> Result<ToolSchema, Invalid> {
    let mut schema = tools::schema(tool)?;
    if tool == "computer" {
        schema.description = format!(
            "{} The screen is {}x{} pixels.",
            schema.description, display.width, display.height
        );
    }
    Ok(schema)
}

/// A text that an item of the provider must have.
pub(super) fn text<'a>(item: &'a Value, pointer: &str) -> Result<&'a str, Invalid> {
    item.pointer(pointer)
        .and_then(Value::as_str)
        .ok_or_else(|| {
            Invalid(format!(
                "{} must be a string",
                pointer.trim_start_matches('/')
            ))
        })
}

/// What a result has to carry.
pub(super) fn reply<const N: usize>(fields: [(&str, &Value); N]) -> Map<String, Value> {
    let fields = fields.into_iter();
    fields
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
}

/// A point as the actions take it.
pub(super) fn point(input: &Value, x: &str, y: &str) -> Result<Value, String> {
    match (&input[x], &input[y]) {
        (x @ Value::Number(_), y @ Value::Number(_)) => Ok(json!([x, y])),
        _ => Err(format!("{x} and {y} are needed, two numbers")),
    }
}
