//! A schema as a table for people.

use serde_json::Value;

use super::{
    Schema,
    accepts::{Accepts, Kind},
    schema::Property,
};
use crate::output::{Style, Table, one_line};

/// Most characters of a default or a description.
const MOST: usize = 60;

/// What the object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Somebody gives it, and must know what may be left out.
    Given,
    /// Somebody gets it.
    Got,
}

/// One row per property: name, type, default of what is given, description. Empty when there are none.
pub fn table(schema: Schema<'_>, usage: Use, style: Style) -> String {
    let properties = schema.properties();
    let described = properties
        .iter()
        .any(|property| property.node["description"].is_string());
    let mut heading = vec!["NAME", "TYPE"];
    if usage == Use::Given {
        heading.push("DEFAULT");
    }
    if described {
        heading.push("DESCRIPTION");
    }
    let mut table = Table::new(&heading);
    for property in &properties {
        let mut row = vec![
            one_line(property.name, MOST),
            one_line(&kind(schema, property), MOST),
        ];
        if usage == Use::Given {
            row.push(default(property, style));
        }
        if let Some(description) = property.node["description"].as_str() {
            row.push(one_line(description, MOST));
        }
        table.row(row);
    }
    if properties.is_empty() {
        String::new()
    } else {
        table.render(style)
    }
}

fn default(property: &Property<'_>, style: Style) -> String {
    if property.required {
        return style.yellow("required");
    }
    property
        .node
        .get("default")
        .map(|value| one_line(&value.to_string(), MOST))
        .unwrap_or_default()
}

fn kind(schema: Schema<'_>, property: &Property<'_>) -> String {
    let mut accepts: Accepts = property.accepts.clone();
    // Whoever may leave it out need not know that null says the same.
    if !property.required && accepts.kinds.len() + accepts.choices.len() > 1 {
        accepts.kinds.retain(|kind| *kind != Kind::Null);
    }
    let node = property.node;
    match accepts.kinds.as_slice() {
        [Kind::Array] if node["items"].is_object() => {
            format!("array of {}", schema.accepts(&node["items"]).in_words())
        }
        [Kind::String] => match node["format"].as_str() {
            Some(format) => format!("string ({format})"),
            None => "string".to_owned(),
        },
        [Kind::Integer | Kind::Number] => format!("{}{}", accepts.in_words(), bounds(node)),
        _ => accepts.in_words(),
    }
}

/// ` ≥ 1 ≤ 100` and the like.
fn bounds(node: &Value) -> String {
    [
        ("minimum", "≥"),
        ("exclusiveMinimum", ">"),
        ("maximum", "≤"),
        ("exclusiveMaximum", "<"),
    ]
    .into_iter()
    .filter(|(name, _)| node[name].is_number())
    .map(|(name, sign)| format!(" {sign} {}", node[name]))
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_must_be_given_stands_first_and_the_rest_has_its_default() {
        let schema = json!({
            "$defs": {"Size": {"enum": ["S", "M"], "type": "string"}},
            "properties": {
                "rows": {"type": "integer", "default": 50, "minimum": 1, "description": "How many"},
                "size": {"$ref": "#/$defs/Size", "default": "S"},
                "tags": {"type": "array", "items": {"type": "string"}, "default": []},
                "url": {"type": "string", "format": "uri"},
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": null},
            },
            "required": ["url"],
        });
        let text = table(Schema::new(&schema), Use::Given, Style::PLAIN);
        let mut lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines.remove(0),
            "NAME  TYPE             DEFAULT   DESCRIPTION"
        );
        assert_eq!(lines.remove(0), "url   string (uri)     required");
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                "note  string           null",
                "rows  integer ≥ 1      50        How many",
                "size  \"S\" or \"M\"       \"S\"",
                "tags  array of string  []",
            ]
        );
        assert_eq!(table(Schema::new(&json!({})), Use::Given, Style::PLAIN), "");
    }

    #[test]
    fn what_is_got_has_no_defaults() {
        let schema = json!({"properties": {"total": {"type": "number"}}, "required": ["total"]});
        assert_eq!(
            table(Schema::new(&schema), Use::Got, Style::PLAIN),
            "NAME   TYPE\ntotal  number\n"
        );
    }
}
