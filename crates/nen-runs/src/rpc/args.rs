//! Arguments of calls: read with errors for the workflow's author, and shown without what is typed.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::CallError;
use crate::payload::shortened;

/// Reads the arguments of a call.
pub(super) fn read<T: DeserializeOwned>(args: &Value) -> Result<T, CallError> {
    serde_json::from_value(args.clone()).map_err(|error| CallError::value(error.to_string()))
}

/// Arguments as a step shows them: a typed text is its length, a secret its name, data its size.
pub(super) fn redacted(call: &str, args: &Value) -> Value {
    let mut shown = args.clone();
    let hide = |shown: &mut Value, name: &str, unit: &str| {
        if let Some(field) = shown.get_mut(name)
            && let Some(text) = field.as_str()
        {
            let length = match unit {
                "characters" => text.chars().count(),
                _ => text.len() / 4 * 3,
            };
            *field = json!(format!("[{length} {unit}]"));
        }
    };
    match call {
        "computer.type" => hide(&mut shown, "text", "characters"),
        "drive.write" => hide(&mut shown, "data", "bytes"),
        _ => {}
    }
    shortened(&shown)
}

/// What a call answered, as a step shows it.
pub(super) fn summary(call: &str, value: &Value) -> Option<Value> {
    match call {
        "computer.screenshot" | "drive.read" => None,
        _ if value.is_null() => None,
        _ => Some(shortened(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_is_its_length_and_a_secret_its_name() {
        let shown = redacted("computer.type", &json!({"text": "hüh", "interval": 0.0}));
        assert_eq!(shown, json!({"text": "[3 characters]", "interval": 0.0}));
        let shown = redacted("computer.type", &json!({"text": {"secure": "password"}}));
        assert_eq!(shown, json!({"text": {"secure": "password"}}));
    }
}
