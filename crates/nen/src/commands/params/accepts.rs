//! Which JSON values a part of a schema takes, as far as a command line has to know.

use serde_json::Value;

/// A type of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list.
    Array,
    /// An object.
    Object,
    /// A text.
    String,
    /// Nothing.
    Null,
}

impl Kind {
    /// As JSON Schema calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
            Self::String => "string",
            Self::Null => "null",
        }
    }

    fn of(name: &str) -> Option<Self> {
        [
            Self::Integer,
            Self::Number,
            Self::Boolean,
            Self::Array,
            Self::Object,
            Self::String,
            Self::Null,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }
}

/// What is taken: values of these kinds, or one of these.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accepts {
    /// In the order of [`Kind`], each once; empty with no choices when nothing is said.
    pub kinds: Vec<Kind>,
    /// Values that are listed one by one.
    pub choices: Vec<Value>,
    /// True when the schema sets no bounds.
    pub anything: bool,
}

impl Accepts {
    /// Any value.
    pub fn anything() -> Self {
        Self {
            anything: true,
            ..Self::default()
        }
    }

    /// One of these.
    pub fn choices(choices: Vec<Value>) -> Self {
        Self {
            choices,
            ..Self::default()
        }
    }

    /// What the value of `type` says: a name, several, or nothing.
    pub fn of_type(value: &Value) -> Self {
        let names: Vec<&str> = match value {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let kinds: Vec<Kind> = names.into_iter().filter_map(Kind::of).collect();
        if kinds.is_empty() {
            return Self::anything();
        }
        Self::default().or(Self {
            kinds,
            ..Self::default()
        })
    }

    /// What one or the other takes.
    pub fn or(mut self, other: Self) -> Self {
        self.kinds.extend(other.kinds);
        self.kinds.sort_unstable();
        self.kinds.dedup();
        self.choices.extend(other.choices);
        self.anything |= other.anything;
        self
    }

    /// Whether this kind is among them.
    pub fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// In words: `string`, `integer or null`, `"a" or "b"`.
    pub fn in_words(&self) -> String {
        if self.anything {
            return "any".to_owned();
        }
        self.choices
            .iter()
            .map(Value::to_string)
            .chain(self.kinds.iter().map(|kind| kind.name().to_owned()))
            .collect::<Vec<_>>()
            .join(" or ")
    }
}
