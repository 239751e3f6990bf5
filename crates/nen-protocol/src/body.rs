//! JSON bodies, read with errors that name the field.

use serde::de::DeserializeOwned;

use crate::Invalid;

/// Reads a JSON body. The error names the field and what it should have been.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Invalid> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_syntax() || inner.is_eof() {
            return Invalid(format!("the body is not valid JSON: {inner}"));
        }
        let text = inner.to_string();
        let text = text
            .rfind(" at line ")
            .map_or(text.as_str(), |at| &text[..at]);
        match path.as_str() {
            "." | "?" => Invalid::new(text),
            path => Invalid(format!("{path}: {text}")),
        }
    })?;
    reader
        .end()
        .map_err(|error| Invalid(format!("the body is not valid JSON: {error}")))?;
    Ok(value)
}
