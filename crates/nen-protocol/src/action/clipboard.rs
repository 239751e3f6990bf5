use std::fmt;

use crate::Invalid;
use crate::params::Params;

/// The `clipboard` tool.
#[derive(Clone, PartialEq, Eq)]
pub enum Clipboard {
    /// `get`.
    Get,
    /// `set`.
    Set {
        /// Becomes the clipboard's text. May be a secret.
        text: String,
    },
}

/// Clipboards hold passwords.
impl fmt::Debug for Clipboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "Get",
            Self::Set { .. } => "Set",
        })
    }
}

impl Clipboard {
    pub(crate) fn parse(name: &str, params: Params<'_>) -> Result<Self, Invalid> {
        match name {
            "get" => Ok(Self::Get),
            "set" => Ok(Self::Set {
                text: params
                    .text("text")?
                    .ok_or_else(|| params.missing("text", "the new text of the clipboard"))?
                    .to_owned(),
            }),
            other => Err(Invalid(format!(
                "unknown clipboard action {other:?}: the actions are get, set"
            ))),
        }
    }
}
