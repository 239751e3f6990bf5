//! Reads the `params` of one action and says precisely what is wrong with them.

use serde_json::{Map, Value};

use crate::{Invalid, Point};

/// The parameters of one action. Models fill in unused parameters with `null`, so `null` is absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Params<'a> {
    /// Named in every error, so that a model sees which of its calls was wrong.
    action: &'a str,
    map: &'a Map<String, Value>,
}

impl<'a> Params<'a> {
    pub(crate) fn new(action: &'a str, map: &'a Map<String, Value>) -> Self {
        Self { action, map }
    }

    /// Refuses names that the tool does not have at all: a misspelt parameter must not be ignored.
    /// Parameters of the tool's other actions pass, because models send those along.
    pub(crate) fn only(self, known: &[&str]) -> Result<Self, Invalid> {
        match self.map.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(self),
            Some(name) => Err(Invalid(format!(
                "unknown parameter {name:?} of {:?}: the tool takes {}",
                self.action,
                known.join(", ")
            ))),
        }
    }

    fn get(self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    fn wrong(self, name: &str, expected: &str, found: &Value) -> Invalid {
        Invalid(format!(
            "{:?}: {name} must be {expected}, not {}",
            self.action,
            shape(found)
        ))
    }

    pub(crate) fn missing(self, name: &str, expected: &str) -> Invalid {
        Invalid(format!("{:?} needs {name}: {expected}", self.action))
    }

    /// The first of several names for the same parameter that is present.
    fn first(self, names: &[&'static str]) -> Option<(&'static str, &'a Value)> {
        names
            .iter()
            .find_map(|name| self.get(name).map(|value| (*name, value)))
    }

    pub(crate) fn text(self, name: &str) -> Result<Option<&'a str>, Invalid> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, "a string", other)),
        }
    }

    pub(crate) fn point(self, name: &str) -> Result<Option<Point>, Invalid> {
        self.get(name)
            .map(|value| self.point_from(name, value))
            .transpose()
    }

    fn point_from(self, name: &str, value: &Value) -> Result<Point, Invalid> {
        self.integers::<2>(name, value, "[x, y], two whole numbers of pixels")
            .map(Point::from)
    }

    pub(crate) fn path(self, name: &str) -> Result<Option<Vec<Point>>, Invalid> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(points)) => points
                .iter()
                .map(|value| self.point_from(name, value))
                .collect::<Result<_, _>>()
                .map(Some),
            Some(other) => Err(self.wrong(name, "a list of [x, y] points", other)),
        }
    }

    pub(crate) fn corners(self, name: &str) -> Result<Option<[i32; 4]>, Invalid> {
        self.get(name)
            .map(|value| self.integers(name, value, "[x0, y0, x1, y1], four whole numbers"))
            .transpose()
    }

    fn integers<const N: usize>(
        self,
        name: &str,
        value: &Value,
        expected: &str,
    ) -> Result<[i32; N], Invalid> {
        value
            .as_array()
            .and_then(|items| {
                let numbers: Option<Vec<i32>> = items.iter().map(whole).collect();
                numbers?.try_into().ok()
            })
            .ok_or_else(|| self.wrong(name, expected, value))
    }

    /// A whole number within bounds, under any of its names.
    pub(crate) fn count(
        self,
        names: &[&'static str],
        bounds: std::ops::RangeInclusive<i32>,
    ) -> Result<Option<u32>, Invalid> {
        let Some((name, value)) = self.first(names) else {
            return Ok(None);
        };
        let (low, high) = (bounds.start(), bounds.end());
        whole(value)
            .filter(|number| bounds.contains(number))
            .and_then(|number| u32::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| self.wrong(name, &format!("a whole number from {low} to {high}"), value))
    }

    /// Seconds within bounds, fractions allowed.
    pub(crate) fn seconds(self, name: &str, max: f64) -> Result<Option<f64>, Invalid> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value
                .as_f64()
                .filter(|seconds| (0.0..=max).contains(seconds))
                // To the microsecond, and without the sign that a zero may have.
                .map(|seconds| Some((seconds.abs() * 1e6).round() / 1e6))
                .ok_or_else(|| {
                    self.wrong(name, &format!("a number of seconds from 0 to {max}"), value)
                }),
        }
    }

    /// One of several words, under any of the parameter's names.
    pub(crate) fn word<T: Copy>(
        self,
        names: &[&'static str],
        words: &[(&str, T)],
    ) -> Result<Option<T>, Invalid> {
        let Some((name, value)) = self.first(names) else {
            return Ok(None);
        };
        words
            .iter()
            .find(|(word, _)| value.as_str().is_some_and(|v| v.eq_ignore_ascii_case(word)))
            .map(|(_, meaning)| Some(*meaning))
            .ok_or_else(|| {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                self.wrong(name, &format!("one of {}", words.join(", ")), value)
            })
    }
}

/// A whole number; `500.0` is one because some models write all numbers with a fraction.
fn whole(value: &Value) -> Option<i32> {
    if let Some(number) = value.as_i64() {
        return i32::try_from(number).ok();
    }
    let number = value.as_f64()?;
    let fits = number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX);
    fits.then_some(number as i32)
}

/// Names the shape of a value without repeating texts, which may be secret or long.
fn shape(value: &Value) -> String {
    match value {
        Value::String(_) => "a string".into(),
        Value::Object(_) => "an object".into(),
        Value::Array(items) if items.len() <= 8 && items.iter().all(Value::is_number) => {
            value.to_string()
        }
        Value::Array(items) => format!("a list of {} items", items.len()),
        other => other.to_string(),
    }
}
