//! The file as it stands: keys, values, lines.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    fs::File,
    io::{ErrorKind, Read as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use toml::de::{DeTable, DeValue};

use super::Place;
use crate::exit::UsageError;

/// Of names this much alike one is taken for a slip of the pen.
const ALIKE: f64 = 0.8;

/// A configuration file.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its permissions.
    pub mode: u32,
    /// Its entries by their keys.
    pub entries: BTreeMap<String, Entry>,
}

/// What a key is set to.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Counted from 1.
    pub line: usize,
    /// The value.
    pub value: Value,
}

/// A value as a flag would be given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Switch(bool),
    /// Text or a number.
    One(String),
    /// An array of those.
    Many(Vec<String>),
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// Counted from 1, none for the file as a whole.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Problem {
    /// Several of them, a line each.
    pub fn list(problems: &[Self]) -> String {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        lines.join("\n       ")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path.display(), self.message),
            None => write!(f, "{}: {}", self.path.display(), self.message),
        }
    }
}

impl ConfigFile {
    /// Reads the file of a place; none when there is none and none was named.
    ///
    /// # Errors
    /// When it cannot be read, or is no TOML.
    pub fn at(place: &Place) -> anyhow::Result<Option<Self>> {
        let (path, must_be) = match place {
            Place::Nowhere => return Ok(None),
            Place::Named(path) => (path, true),
            Place::Usual(path) => (path, false),
        };
        match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound && !must_be => Ok(None),
            Err(error) => Err(error).with_context(|| cannot_read(path)),
            Ok(mut file) => {
                let mut text = String::new();
                file.read_to_string(&mut text)
                    .with_context(|| cannot_read(path))?;
                let mode = file.metadata().with_context(|| cannot_read(path))?.mode();
                Ok(Some(Self::parse(path, mode, &text)?))
            }
        }
    }

    /// Understands a file's text.
    ///
    /// # Errors
    /// When it is no TOML, or a value is of a kind that no flag has.
    pub fn parse(path: &Path, mode: u32, text: &str) -> anyhow::Result<Self> {
        let wrong = |at: usize, message: String| {
            UsageError(
                Problem {
                    path: path.to_owned(),
                    line: Some(line_of(text, at)),
                    message,
                }
                .to_string(),
            )
        };
        let table = DeTable::parse(text).map_err(|error| {
            wrong(
                error.span().map_or(0, |span| span.start),
                error.message().to_owned(),
            )
        })?;
        let mut entries = BTreeMap::new();
        for (key, value) in table.get_ref() {
            let at = key.span().start;
            let value = value_of(value.get_ref())
                .map_err(|message| wrong(at, format!("{}: {message}", key.get_ref())))?;
            let line = line_of(text, at);
            entries.insert(key.get_ref().to_string(), Entry { line, value });
        }
        Ok(Self {
            path: path.to_owned(),
            mode,
            entries,
        })
    }

    /// Keys that no flag has, each with the one that was perhaps meant.
    pub fn unknown(&self, known: &BTreeSet<String>) -> Vec<Problem> {
        let unknown = self.entries.iter().filter(|(key, _)| !known.contains(*key));
        unknown
            .map(|(key, entry)| {
                let alike = |name: &String| strsim::jaro(key, name);
                let nearest = known
                    .iter()
                    .max_by(|one, other| alike(one).total_cmp(&alike(other)))
                    .filter(|name| alike(name) > ALIKE);
                self.problem(
                    entry.line,
                    match nearest {
                        Some(name) => format!("unknown setting {key}; did you mean {name}?"),
                        None => format!(
                            "unknown setting {key}; settings are the long names of flags of `nen serve` and `nen worker`"
                        ),
                    },
                )
            })
            .collect()
    }

    /// Something that is wrong with a line of this file.
    pub fn problem(&self, line: usize, message: String) -> Problem {
        Problem {
            path: self.path.clone(),
            line: Some(line),
            message,
        }
    }
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read the configuration file {}", path.display())
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(at)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

fn value_of(value: &DeValue<'_>) -> Result<Value, String> {
    Ok(match value {
        DeValue::Boolean(on) => Value::Switch(*on),
        DeValue::Array(values) => {
            let texts: Result<Vec<_>, _> = values
                .iter()
                .map(|value| text_of(value.get_ref()))
                .collect();
            Value::Many(texts?)
        }
        DeValue::Table(_) => {
            return Err(
                "no tables: every setting stands on the top level, such as listen = \"…\"".into(),
            );
        }
        other => Value::One(text_of(other)?),
    })
}

fn text_of(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map(|number| number.to_string())
            .map_err(|_| "the number is too large".to_owned()),
        DeValue::Float(number) => Ok(number.as_str().to_owned()),
        other => Err(format!("a {} is no value of a setting", other.type_str())),
    }
}
