use std::fmt;

use crate::Invalid;
use crate::params::Params;

/// Longest text of one call; 120 s, the time official clients wait, is far more than it takes.
const MAX_CHARACTERS: usize = 100_000;

/// `type`.
#[derive(Clone, PartialEq)]
pub struct TypeText {
    /// Any Unicode text; newline is Return and tab is Tab. May be a secret.
    pub text: String,
    /// Seconds between characters; 0 types as fast as the X server takes them.
    pub interval: f64,
}

/// The text may be a password, so it never reaches a log by way of `{:?}`.
impl fmt::Debug for TypeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypeText")
            .field("characters", &self.text.chars().count())
            .field("interval", &self.interval)
            .finish()
    }
}

impl TypeText {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        let text = params
            .text("text")?
            .ok_or_else(|| params.missing("text", "the text to type"))?;
        let count = text.chars().count();
        if count > MAX_CHARACTERS {
            return Err(Invalid(format!(
                "\"type\": text has {count} characters, more than {MAX_CHARACTERS}: type it in parts or upload a file"
            )));
        }
        if let Some(control) = text
            .chars()
            .find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{8}' | '\u{1b}'))
        {
            return Err(Invalid(format!(
                "\"type\": text holds the control character U+{:04X}, which no key types; newline, tab, backspace and escape are allowed",
                u32::from(control)
            )));
        }
        Ok(Self {
            text: text.replace("\r\n", "\n"),
            interval: params.seconds("interval", 10.0)?.unwrap_or_default(),
        })
    }
}
