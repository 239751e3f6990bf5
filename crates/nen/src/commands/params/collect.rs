//! `--params-file` and `--param` together as the object that a run gets.

use std::{io::Read, path::Path};

use anyhow::Context;
use serde_json::{Map, Value};

use super::{Schema, typed::typed};
use crate::exit::{MissingError, UsageError};

/// The JSON object in a file, or on standard input when the file is `-`.
pub fn read_file(file: &Path) -> anyhow::Result<Map<String, Value>> {
    let (name, text) = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("cannot read standard input")?;
        ("standard input".to_owned(), text)
    } else {
        let name = file.display().to_string();
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(MissingError(format!("there is no file {name}")).into());
            }
            Err(e) => return Err(e).with_context(|| format!("cannot read {name}")),
        };
        (name, text)
    };
    match serde_json::from_str(&text) {
        Ok(Value::Object(params)) => Ok(params),
        Ok(_) => Err(UsageError(format!(
            "{name} must hold a JSON object, as in {{\"name\": \"value\"}}"
        ))
        .into()),
        Err(e) => Err(UsageError(format!("{name} is not valid JSON: {e}")).into()),
    }
}

/// The parameters of `file` with those of the command line over them, each typed by the schema.
pub fn collect(
    schema: Schema<'_>,
    file: Map<String, Value>,
    arguments: &[String],
) -> Result<Map<String, Value>, UsageError> {
    let properties = schema.properties();
    let mut given = Map::new();
    for argument in arguments {
        let wrong = |what: String| UsageError(format!("--param {argument:?}: {what}"));
        let Some((name, text)) = argument
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
        else {
            return Err(wrong("expected NAME=VALUE".into()));
        };
        // `NAME:=JSON` is taken as it is, unless the schema really has a name with a colon at its end.
        let has = |name: &str| properties.iter().any(|property| property.name == name);
        let (name, json) = match name.strip_suffix(':') {
            Some(bare) if !has(name) => (bare, true),
            _ => (name, false),
        };
        let property = properties.iter().find(|property| property.name == name);
        if property.is_none() && !schema.takes_others() {
            let names: Vec<&str> = properties.iter().map(|property| property.name).collect();
            return Err(wrong(match names.as_slice() {
                [] => "the workflow takes no parameters".into(),
                names => format!(
                    "the workflow has no parameter {name:?}; it has {}",
                    names.join(", ")
                ),
            }));
        }
        let value = match property {
            _ if json => serde_json::from_str(text)
                .map_err(|e| wrong(format!("expected JSON after `:=`, {e}")))?,
            Some(property) => typed(text, &property.accepts).map_err(wrong)?,
            None => Value::from(text),
        };
        if given.insert(name.to_owned(), value).is_some() {
            return Err(wrong(format!("{name} is there twice")));
        }
    }
    let mut params = file;
    params.extend(given);
    let missing: Vec<String> = properties
        .iter()
        .filter(|property| property.required && !params.contains_key(property.name))
        .map(|property| {
            format!(
                "--param {}=… ({})",
                property.name,
                property.accepts.in_words()
            )
        })
        .collect();
    if missing.is_empty() {
        return Ok(params);
    }
    Err(UsageError(format!(
        "parameters are missing: {}",
        missing.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "url": {"type": "string"},
                "rows": {"type": "integer", "default": 50},
                "tags": {"type": "array", "items": {"type": "string"}, "default": []},
            },
            "required": ["url"],
        })
    }

    fn of(file: &Value, arguments: &[&str]) -> Result<Value, String> {
        let schema = schema();
        let arguments: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
        let file = file.as_object().unwrap().clone();
        collect(Schema::new(&schema), file, &arguments)
            .map(Value::Object)
            .map_err(|e| e.to_string())
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        assert_eq!(
            of(
                &json!({"url": "a", "rows": 1}),
                &["rows=2", "tags:=[\"x\"]", "url=b=c"]
            ),
            Ok(json!({"url": "b=c", "rows": 2, "tags": ["x"]}))
        );
    }

    #[test]
    fn slips_are_named_before_anything_is_sent() {
        for (arguments, hint) in [
            (&["url"][..], "expected NAME=VALUE"),
            (&["=x"][..], "expected NAME=VALUE"),
            (
                &["ulr=x"][..],
                "no parameter \"ulr\"; it has url, rows, tags",
            ),
            (&["url=x", "rows=many"][..], "expected a whole number"),
            (&["url=x", "url=y"][..], "url is there twice"),
            (&["url=x", "tags:=["][..], "expected JSON after `:=`"),
            (&["rows=1"][..], "missing: --param url=… (string)"),
        ] {
            let error = of(&json!({}), arguments).unwrap_err();
            assert!(error.contains(hint), "{arguments:?}: {error}");
        }
    }

    #[test]
    fn a_schema_that_takes_others_gets_them_as_texts() {
        let schema = json!({"type": "object", "additionalProperties": true});
        let params = collect(Schema::new(&schema), Map::new(), &["x=5".into()]).unwrap();
        assert_eq!(Value::Object(params), json!({"x": "5"}));
    }
}
