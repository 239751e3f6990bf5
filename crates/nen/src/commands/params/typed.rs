//! A text from the command line as the JSON value that a schema wants.

use serde_json::{Number, Value};

use super::accepts::{Accepts, Kind};

/// The value, or what would have been right.
pub fn typed(text: &str, accepts: &Accepts) -> Result<Value, String> {
    if accepts.anything {
        return Ok(text.into());
    }
    let is_choice = |choice: &&Value| match choice {
        Value::String(choice) => choice == text,
        other => written(other) == text,
    };
    if let Some(choice) = accepts.choices.iter().find(is_choice) {
        return Ok(choice.clone());
    }
    let takes_text = accepts.has(Kind::String);
    for kind in &accepts.kinds {
        if let Some(value) = of_kind(text, *kind)
            // Where a text would do as well, only what stays as it was written becomes something else: not 0.10, not 007.
            && (!takes_text || !value.is_null() && is_written(&value, text))
        {
            return Ok(value);
        }
    }
    if takes_text {
        return Ok(text.into());
    }
    Err(expected(accepts))
}

fn is_written(value: &Value, text: &str) -> bool {
    value.is_array() || value.is_object() || written(value) == text
}

fn written(value: &Value) -> String {
    value.to_string()
}

fn of_kind(text: &str, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Integer => serde_json::from_str::<Number>(text)
            .ok()
            .filter(|number| number.is_i64() || number.is_u64())
            .map(Value::Number),
        Kind::Number => serde_json::from_str::<Number>(text).ok().map(Value::Number),
        Kind::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Array => serde_json::from_str(text).ok().filter(Value::is_array),
        Kind::Object => serde_json::from_str(text).ok().filter(Value::is_object),
        Kind::Null => (text == "null").then_some(Value::Null),
        Kind::String => None,
    }
}

fn expected(accepts: &Accepts) -> String {
    let kinds = accepts.kinds.iter().map(|kind| match kind {
        Kind::Integer => "a whole number such as 42".to_owned(),
        Kind::Number => "a number such as 3.5".to_owned(),
        Kind::Boolean => "true or false".to_owned(),
        Kind::Array => "a JSON array such as '[\"a\", \"b\"]'".to_owned(),
        Kind::Object => "a JSON object such as '{\"a\": 1}'".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::String => "a text".to_owned(),
    });
    let choices = accepts.choices.iter().map(|choice| match choice {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    format!(
        "expected {}",
        choices.chain(kinds).collect::<Vec<_>>().join(" or ")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::params::Schema;

    /// The text as a property with this schema takes it.
    fn read(schema: &Value, text: &str) -> Result<Value, String> {
        typed(text, &Schema::new(&Value::Null).accepts(schema))
    }

    #[test]
    fn a_text_becomes_what_the_schema_says() {
        for (schema, text, value) in [
            (json!({"type": "string"}), "5", json!("5")),
            (json!({"type": "string"}), "", json!("")),
            (
                json!({"type": "string", "format": "date"}),
                "2025-01-31",
                json!("2025-01-31"),
            ),
            (json!({"type": "integer"}), "-5", json!(-5)),
            (
                json!({"type": "integer"}),
                "18446744073709551615",
                json!(u64::MAX),
            ),
            (json!({"type": "number"}), "2.50", json!(2.5)),
            (json!({"type": "number"}), "3", json!(3)),
            (json!({"type": "boolean"}), "True", json!(true)),
            (json!({"type": "array"}), "[1, \"a\"]", json!([1, "a"])),
            (json!({"type": "object"}), "{\"a\": 1}", json!({"a": 1})),
            (json!({}), "5", json!("5")),
            (json!(true), "[1]", json!("[1]")),
            (json!({"type": ["integer", "null"]}), "null", json!(null)),
        ] {
            assert_eq!(read(&schema, text), Ok(value), "{schema} {text}");
        }
    }

    #[test]
    fn a_union_with_texts_loses_nothing() {
        let optional = json!({"anyOf": [{"type": "string"}, {"type": "null"}]});
        assert_eq!(read(&optional, "null"), Ok(json!("null")));
        let either = json!({"anyOf": [{"type": "integer"}, {"type": "string"}]});
        assert_eq!(read(&either, "42"), Ok(json!(42)));
        assert_eq!(read(&either, "007"), Ok(json!("007")));
        assert_eq!(read(&either, "x"), Ok(json!("x")));
        // How Pydantic writes a Decimal.
        let decimal = json!({"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^…$"}]});
        assert_eq!(read(&decimal, "0.10"), Ok(json!("0.10")));
        assert_eq!(read(&decimal, "12.5"), Ok(json!(12.5)));
    }

    #[test]
    fn a_choice_keeps_its_type() {
        let schema = json!({"enum": ["small", "5", 7, true]});
        assert_eq!(read(&schema, "5"), Ok(json!("5")));
        assert_eq!(read(&schema, "7"), Ok(json!(7)));
        assert_eq!(read(&schema, "true"), Ok(json!(true)));
        let error = read(&schema, "large").unwrap_err();
        assert_eq!(error, "expected small or 5 or 7 or true");
        assert_eq!(read(&json!({"const": "x"}), "x"), Ok(json!("x")));
    }

    #[test]
    fn what_does_not_fit_says_what_would() {
        for (kind, text, hint) in [
            ("integer", "5.0", "a whole number"),
            ("integer", "18446744073709551616", "a whole number"),
            ("integer", "", "a whole number"),
            ("number", "much", "a number"),
            ("number", "NaN", "a number"),
            ("boolean", "yes", "true or false"),
            ("array", "a,b", "a JSON array"),
            ("array", "{}", "a JSON array"),
            ("object", "[]", "a JSON object"),
        ] {
            let error = read(&json!({"type": kind}), text).unwrap_err();
            assert!(error.contains(hint), "{kind} {text}: {error}");
        }
    }

    #[test]
    fn references_are_followed_and_circles_end() {
        let root = json!({
            "$defs": {
                "Size": {"enum": ["S", "M"], "type": "string"},
                "Circle": {"$ref": "#/$defs/Circle"},
            },
        });
        let schema = Schema::new(&root);
        let size = schema.accepts(&json!({"$ref": "#/$defs/Size", "default": "S"}));
        assert_eq!(typed("M", &size), Ok(json!("M")));
        assert!(typed("L", &size).is_err());
        let wrapped = schema.accepts(&json!({"allOf": [{"$ref": "#/$defs/Size"}]}));
        assert_eq!(wrapped, size);
        let circle = schema.accepts(&json!({"$ref": "#/$defs/Circle"}));
        assert_eq!(typed("x", &circle), Ok(json!("x")));
    }
}
