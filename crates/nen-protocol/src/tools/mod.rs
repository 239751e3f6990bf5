//! The tools of a desktop as JSON Schema, in the shape `GET /desktops/{id}/tools` answers.

pub mod bash;
pub mod clipboard;
pub mod computer;
pub mod windows;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder};
use utoipa::openapi::{ObjectBuilder, Type};

use crate::Invalid;

/// Every tool there is.
pub const NAMES: &[&str] = &["computer", "bash", "clipboard", "windows"];

/// The tools of a desktop whose creation did not ask for any.
pub fn default_tools() -> Vec<String> {
    vec!["computer".into()]
}

/// Names of tools as JSON Schema: each at most once.
pub(crate) fn names() -> Array {
    let name = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(NAMES.iter().copied()));
    ArrayBuilder::new()
        .items(name)
        .min_items(Some(1))
        .unique_items(true)
        .default(Some(serde_json::json!(default_tools())))
        .description(Some("Tools the desktop offers."))
        .build()
}

/// A tool that a model can be given: Anthropic calls `parameters` `input_schema`, OpenAI takes it as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToolSchema {
    /// Goes into `action.tool` of `POST /desktops/{id}/execute`.
    #[schema(example = "computer")]
    pub name: String,
    /// Written for the model.
    pub description: String,
    /// JSON Schema of the call, flat: `action` beside the parameters.
    #[schema(value_type = Object)]
    pub parameters: Value,
}

/// The schema of a tool by name.
pub fn schema(name: &str) -> Result<ToolSchema, Invalid> {
    match name {
        "computer" => Ok(computer::schema()),
        "bash" => Ok(bash::schema()),
        "clipboard" => Ok(clipboard::schema()),
        "windows" => Ok(windows::schema()),
        other => Err(Invalid(format!(
            "unknown tool {other:?}: the tools are {}",
            NAMES.join(", ")
        ))),
    }
}

/// Checks the `tools` of a creation: known, none twice, at least one.
pub fn check(names: &[String]) -> Result<(), Invalid> {
    if names.is_empty() {
        return Err(Invalid(format!(
            "tools is empty: name at least one of {}",
            NAMES.join(", ")
        )));
    }
    for (at, name) in names.iter().enumerate() {
        schema(name)?;
        if names[..at].contains(name) {
            return Err(Invalid(format!("tools names {name:?} twice")));
        }
    }
    Ok(())
}
