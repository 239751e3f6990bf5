//! What a model gave to a tool.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// The arguments of one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Without those that are null, which is how many models leave something out.
    pub(crate) fn new(mut given: Map<String, Value>) -> Self {
        given.retain(|_, value| !value.is_null());
        Self(given)
    }

    /// The first that a tool with this schema does not have.
    pub(crate) fn unknown<'a>(&'a self, schema: &Map<String, Value>) -> Option<&'a str> {
        let known = schema.get("properties").and_then(Value::as_object);
        self.0
            .keys()
            .find(|name| !known.is_some_and(|known| known.contains_key(*name)))
            .map(String::as_str)
    }

    /// All of them, as a tool reads them.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let value = Value::Object(self.0.clone());
        serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string();
            let reason = error.into_inner();
            Failure::Argument(match path.as_str() {
                "." => reason.to_string(),
                path => format!("{path}: {reason}"),
            })
        })
    }

    /// Takes a text out.
    pub(crate) fn take_text(&mut self, name: &str) -> Result<Option<String>, Failure> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Failure::Argument(format!("{name} must be a text"))),
        }
    }

    /// What is left.
    pub(crate) fn into_rest(self) -> Map<String, Value> {
        self.0
    }
}
