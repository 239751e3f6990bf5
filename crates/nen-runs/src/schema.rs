//! Values checked against the JSON Schemas that were taken from a workflow's models.

use serde_json::Value;

/// Most mistakes that are told at once.
const MOST: usize = 5;

/// Checks a value; the error names the path of each mistake, below `root`. With `secret`, what the value is stays out of
/// the text.
pub(crate) fn check(schema: &Value, value: &Value, root: &str, secret: bool) -> Result<(), String> {
    let validator = jsonschema::validator_for(schema)
        .map_err(|error| format!("the workflow's schema cannot be used: {error}"))?;
    let mistakes: Vec<String> = validator
        .iter_errors(value)
        .take(MOST)
        .map(|error| {
            let path = error.instance_path().to_string().replace('/', ".");
            let text = if secret {
                error.masked().to_string()
            } else {
                error.to_string()
            };
            format!("{root}{path}: {text}")
        })
        .collect();
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(mistakes.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn mistakes_are_named_by_their_path() {
        let schema = json!({"type": "object", "properties": {"items": {"type": "array", "items": {"type": "integer"}}},
            "required": ["name"]});
        let error = check(
            &schema,
            &json!({"items": [1, "x"]}),
            "workflow_params",
            false,
        )
        .unwrap_err();
        assert!(error.contains("workflow_params.items.1: "), "{error}");
        assert!(error.contains("\"name\" is a required property"), "{error}");
        assert_eq!(check(&schema, &json!({"name": 1}), "p", false), Ok(()));
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let schema = json!({"type": "object", "properties": {"password": {"type": "string", "minLength": 20}}});
        let error = check(
            &schema,
            &json!({"password": "hunter2"}),
            "secure_workflow_params",
            true,
        )
        .unwrap_err();
        assert!(
            !error.contains("hunter2") && error.contains("password"),
            "{error}"
        );
    }
}
