//! A JSON Schema of an object, as Pydantic writes it.

use serde_json::Value;

use super::accepts::Accepts;

/// How many references in a row are followed; more are a circle.
const MAX_REFERENCES: u32 = 16;

/// The schema of `Params` or `Result`.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    root: &'a Value,
}

/// One property of the object.
#[derive(Debug)]
pub struct Property<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it must be given.
    pub required: bool,
    /// Its own schema.
    pub node: &'a Value,
    /// What it takes.
    pub accepts: Accepts,
}

impl<'a> Schema<'a> {
    /// A schema with the definitions that it refers to inside.
    pub fn new(root: &'a Value) -> Self {
        Self { root }
    }

    /// Its properties, those that must be given first.
    pub fn properties(self) -> Vec<Property<'a>> {
        let required: Vec<&str> = self.root["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut properties: Vec<Property<'a>> = self.root["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, node)| Property {
                name,
                required: required.contains(&name.as_str()),
                node,
                accepts: self.accepts(node),
            })
            .collect();
        properties.sort_by_key(|property| !property.required);
        properties
    }

    /// Whether the object may have properties that the schema does not name.
    pub fn takes_others(self) -> bool {
        // Pydantic's models ignore what they do not know and say nothing of it; a name that is not known is a slip.
        self.root
            .get("additionalProperties")
            .is_some_and(|others| others != &Value::Bool(false))
            || self.root.get("patternProperties").is_some()
    }

    /// What a part of this schema takes.
    pub fn accepts(self, node: &Value) -> Accepts {
        self.accepts_within(node, MAX_REFERENCES)
    }

    fn accepts_within(self, node: &Value, references: u32) -> Accepts {
        if let Some(target) = node["$ref"].as_str() {
            let target = target
                .strip_prefix('#')
                .and_then(|path| self.root.pointer(path));
            return match (target, references.checked_sub(1)) {
                (Some(target), Some(left)) => self.accepts_within(target, left),
                _ => Accepts::anything(),
            };
        }
        if let Some(choices) = node["enum"].as_array() {
            return Accepts::choices(choices.clone());
        }
        if let Some(only) = node.get("const") {
            return Accepts::choices(vec![only.clone()]);
        }
        for union in ["anyOf", "oneOf"] {
            if let Some(parts) = node[union].as_array() {
                return parts
                    .iter()
                    .map(|part| self.accepts_within(part, references))
                    .fold(Accepts::default(), Accepts::or);
            }
        }
        // A reference beside a description was written as a list of one by earlier versions of Pydantic.
        if let Some([part]) = node["allOf"].as_array().map(Vec::as_slice) {
            return self.accepts_within(part, references);
        }
        Accepts::of_type(&node["type"])
    }
}
