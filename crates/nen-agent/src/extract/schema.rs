use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::error::AgentError;

/// Where a value stands that is not an object: the arguments of a tool are always one.
const FIELD: &str = "result";
/// Keywords that providers do not take at the root of a tool's schema.
const NOT_AT_THE_ROOT: &[&str] = &[
    "$ref", "anyOf", "oneOf", "allOf", "not", "enum", "const", "if",
];
/// Most errors that are told, and most characters of each.
const MAX_ERRORS: usize = 10;
const MAX_ERROR: usize = 300;

/// What an extraction has to look like.
pub(super) struct Wanted {
    validator: Validator,
    parameters: Value,
    wrapped: bool,
}

impl Wanted {
    /// Takes a JSON Schema.
    pub(super) fn new(schema: &Value) -> Result<Self, AgentError> {
        let Value::Object(fields) = schema else {
            return Err(AgentError::Invalid(
                "the schema must be a JSON Schema object, as in {\"type\": \"object\", \"properties\": {\"total\": {\"type\": \"number\"}}}".to_owned(),
            ));
        };
        if fields.is_empty() {
            return Err(AgentError::Invalid(
                "the schema is empty: say what is wanted, as in {\"type\": \"object\", \"properties\": {\"total\": {\"type\": \"number\"}}}".to_owned(),
            ));
        }
        let validator = jsonschema::validator_for(schema)
            .map_err(|error| AgentError::Invalid(format!("the schema is not valid: {error}")))?;
        let plain = fields.get("type") == Some(&json!("object"))
            && !NOT_AT_THE_ROOT
                .iter()
                .any(|word| fields.contains_key(*word));
        let parameters = if plain {
            schema.clone()
        } else {
            json!({
                "type": "object",
                "properties": {FIELD: moved(schema)},
                "required": [FIELD],
            })
        };
        Ok(Self {
            validator,
            parameters,
            wrapped: !plain,
        })
    }

    /// The schema of the tool's arguments.
    pub(super) fn parameters(&self) -> &Value {
        &self.parameters
    }

    /// The value out of a tool's arguments, or what is wrong with it.
    pub(super) fn read(&self, input: &Map<String, Value>) -> Result<Value, Vec<String>> {
        let value = match (self.wrapped, input.get(FIELD)) {
            (false, _) => Value::Object(input.clone()),
            (true, Some(value)) => value.clone(),
            (true, None) => return Err(vec![format!("{FIELD} is missing")]),
        };
        let errors: Vec<String> = self
            .validator
            .iter_errors(&value)
            .take(MAX_ERRORS)
            .map(|error| {
                let place = error.instance_path().to_string();
                let place = if place.is_empty() {
                    "the value"
                } else {
                    &place
                };
                let text: String = format!("{place}: {error}")
                    .chars()
                    .take(MAX_ERROR)
                    .collect();
                text
            })
            .collect();
        if errors.is_empty() {
            Ok(value)
        } else {
            Err(errors)
        }
    }
}

/// A schema that now stands below [`FIELD`], with its references to itself pointing there.
fn moved(schema: &Value) -> Value {
    // References of a schema with an identity of its own are relative to that.
    if schema.get("$id").is_some() {
        return schema.clone();
    }
    let mut schema = schema.clone();
    point_references(&mut schema);
    schema
}

fn point_references(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(target) if name == "$ref" => {
                        if let Some(rest) = target.strip_prefix('#')
                            && (rest.is_empty() || rest.starts_with('/'))
                        {
                            *target = format!("#/properties/{FIELD}{rest}");
                        }
                    }
                    field => point_references(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(point_references),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Wanted;

    fn read(schema: &Value, input: &Value) -> Result<Value, Vec<String>> {
        Wanted::new(schema)
            .unwrap()
            .read(input.as_object().unwrap())
    }

    #[test]
    fn an_object_is_asked_for_as_it_is_and_everything_else_is_wrapped() {
        let object = json!({"type": "object", "properties": {"total": {"type": "number"}}});
        assert_eq!(Wanted::new(&object).unwrap().parameters(), &object);
        assert_eq!(
            read(&object, &json!({"total": 3})).unwrap(),
            json!({"total": 3})
        );
        let list = json!({"type": "array", "items": {"type": "string"}});
        assert_eq!(
            Wanted::new(&list).unwrap().parameters()["properties"]["result"],
            list
        );
        assert_eq!(
            read(&list, &json!({"result": ["a"]})).unwrap(),
            json!(["a"])
        );
        assert_eq!(read(&list, &json!({})).unwrap_err(), ["result is missing"]);
    }

    #[test]
    fn a_wrapped_schema_still_finds_its_definitions() {
        let schema = json!({
            "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "n": {"type": "integer"}}, "required": ["n"]}},
            "$ref": "#/$defs/node",
        });
        let wanted = Wanted::new(&schema).unwrap();
        let whole = jsonschema::validator_for(wanted.parameters()).unwrap();
        assert!(whole.is_valid(&json!({"result": {"n": 1, "next": {"n": 2}}})));
        assert!(!whole.is_valid(&json!({"result": {"n": 1, "next": {}}})));
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        let schema = json!({"type": "object", "properties": {"items": {"type": "array", "items": {"type": "number"}}}, "required": ["items", "sum"]});
        let errors = read(&schema, &json!({"items": [1, "two"]})).unwrap_err();
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(
            errors.iter().any(|error| error.starts_with("/items/1: ")),
            "{errors:?}"
        );
        assert!(
            errors.iter().any(|error| error.contains("sum")),
            "{errors:?}"
        );
    }

    #[test]
    fn a_schema_that_says_nothing_or_nonsense_is_refused() {
        for bad in [
            json!({}),
            json!(true),
            json!([]),
            json!({"type": "objekt"}),
            json!({"$ref": "http://127.0.0.1:1/x"}),
        ] {
            assert!(Wanted::new(&bad).is_err(), "{bad}");
        }
    }
}
