//! JSON bodies, read with errors that name the field.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Invalid;

/// Reads a JSON body, which must be an object. A `null` counts as absent, because clients with optional
/// fields send them along. The error names the field and what it should have been.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Invalid> {
    let mut value: Value = serde_json::from_slice(body)
        .map_err(|error| Invalid(format!("the body is not valid JSON: {error}")))?;
    if !value.is_object() {
        return Err(Invalid::new(
            "the body must be a JSON object, as in {\"name\": \"value\"}",
        ));
    }
    drop_nulls(&mut value);
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let text = plainly(&error.into_inner().to_string());
        match path.as_str() {
            "." | "?" => Invalid(text),
            path => Invalid(format!("{path}: {text}")),
        }
    })
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Says what was expected in the words of JSON rather than of the program.
fn plainly(text: &str) -> String {
    let Some((found, expected)) = text.split_once(", expected ") else {
        return text.to_owned();
    };
    let plain = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number of 0 or more",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a map" => "an object",
        "a sequence" => "a list",
        other if other.starts_with("struct ") => "an object",
        other if other.starts_with("string or map") => "a name",
        other => other,
    };
    format!("{found}, expected {plain}")
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::desktop::CreateDesktop;
    use crate::execute::ExecuteBody;

    fn error(body: &str) -> String {
        parse::<CreateDesktop>(body.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn errors_name_the_field_and_speak_json() {
        for (body, expected) in [
            (
                "{\"display\": 5}",
                "display: invalid type: integer `5`, expected an object",
            ),
            (
                "{\"timeout_seconds\": -1}",
                "timeout_seconds: invalid value: integer `-1`, expected a whole number of 0 or more",
            ),
            (
                "{\"display\": {\"width\": \"1\", \"height\": 800}}",
                "display.width: invalid type: string \"1\", expected a whole number of 0 or more",
            ),
            ("{\"nam\": 1}", "unknown field `nam`"),
            (
                "{\"network\": \"wifi\"}",
                "network: unknown variant `wifi`, expected one of `internet`, `none`, `allow`",
            ),
            ("[]", "the body must be a JSON object"),
            ("{", "the body is not valid JSON"),
            ("{} x", "the body is not valid JSON"),
        ] {
            let error = error(body);
            assert!(error.contains(expected), "{body}: {error}");
        }
    }

    #[test]
    fn null_is_absent() {
        let body = "{\"display\": null, \"tools\": null, \"name\": null, \"network\": null}";
        assert_eq!(
            parse::<CreateDesktop>(body.as_bytes()).unwrap(),
            CreateDesktop::default()
        );
        let body = "{\"action\": {\"tool\": \"computer\", \"action\": \"wait\", \"params\": null}, \"screenshot\": null, \"image\": null}";
        assert!(parse::<ExecuteBody>(body.as_bytes()).is_ok());
    }
}
