//! Parameters of a run come as texts, and a workflow's schema says what they are.

use serde_json::{Map, Value};

/// How deep references and alternatives are followed.
const DEEPEST: usize = 8;

/// The parameters with the types of the schema. What does not fit stays as it is: the API says what is wrong with it.
pub(crate) fn typed(given: Map<String, Value>, schema: &Value) -> Map<String, Value> {
    let properties = schema.get("properties");
    given
        .into_iter()
        .map(|(name, value)| {
            let wanted = properties.and_then(|properties| properties.get(&name));
            let value = match (value, wanted) {
                (Value::String(text), Some(wanted)) => convert(text, wanted, schema),
                (value, _) => value,
            };
            (name, value)
        })
        .collect()
}

fn convert(text: String, wanted: &Value, root: &Value) -> Value {
    if accepts_text(wanted, root, 0) {
        return Value::String(text);
    }
    let plain = text.trim();
    // As Python and people write it.
    let plain = match plain {
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "None" => "null",
        other => other,
    };
    serde_json::from_str(plain).unwrap_or(Value::String(text))
}

/// Whether a text is right there as it is.
fn accepts_text(schema: &Value, root: &Value, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    let any = |alternatives: &Value| {
        alternatives
            .as_array()
            .is_some_and(|all| all.iter().any(|one| accepts_text(one, root, depth + 1)))
    };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| root.pointer(pointer));
        return target.is_none_or(|target| accepts_text(target, root, depth + 1));
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
        return allowed.iter().any(Value::is_string);
    }
    if let Some(only) = schema.get("const") {
        return only.is_string();
    }
    for alternatives in ["anyOf", "oneOf", "allOf"] {
        if let Some(alternatives) = schema.get(alternatives) {
            return any(alternatives);
        }
    }
    match schema.get("type") {
        Some(Value::String(kind)) => kind == "string",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
        // A schema that says nothing takes everything.
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn as_typed(text: &str, wanted: &Value) -> Value {
        let schema = json!({
            "properties": {"x": wanted},
            "$defs": {"Size": {"type": "integer"}, "Mode": {"enum": ["1", "2"], "type": "string"}},
        });
        typed(fields(json!({"x": text})), &schema)["x"].clone()
    }

    fn fields(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(fields) => fields,
            other => panic!("no object: {other}"),
        }
    }

    #[test]
    fn texts_become_what_the_schema_asks_for() {
        for (text, wanted, is) in [
            ("7", json!({"type": "string"}), json!("7")),
            ("7", json!({"type": "integer"}), json!(7)),
            (" 7.5 ", json!({"type": "number"}), json!(7.5)),
            ("True", json!({"type": "boolean"}), json!(true)),
            ("[\"a\", 2]", json!({"type": "array"}), json!(["a", 2])),
            ("{\"a\": 1}", json!({"type": "object"}), json!({"a": 1})),
            ("7", json!({"$ref": "#/$defs/Size"}), json!(7)),
            ("2", json!({"$ref": "#/$defs/Mode"}), json!("2")),
            (
                "7",
                json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
                json!(7),
            ),
            (
                "None",
                json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
                json!(null),
            ),
            (
                "None",
                json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
                json!("None"),
            ),
            ("2", json!({"enum": [1, 2]}), json!(2)),
            ("7", json!({}), json!("7")),
        ] {
            assert_eq!(as_typed(text, &wanted), is, "{text} {wanted}");
        }
    }

    #[test]
    fn what_does_not_fit_is_left_to_the_api() {
        assert_eq!(as_typed("many", &json!({"type": "integer"})), json!("many"));
        let other = typed(
            fields(json!({"x": 7, "y": "1"})),
            &json!({"properties": {}}),
        );
        assert_eq!(Value::Object(other), json!({"x": 7, "y": "1"}));
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let schema = json!({"properties": {"x": {"$ref": "#/properties/x"}}});
        assert_eq!(typed(fields(json!({"x": "7"})), &schema)["x"], json!(7));
    }
}
