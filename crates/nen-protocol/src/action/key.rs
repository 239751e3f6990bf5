use crate::Invalid;
use crate::keys::{self, Chord};
use crate::params::Params;

/// `key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressKey {
    /// Pressed one after the other.
    pub chords: Vec<Chord>,
    /// How often all of them, 1 to 100.
    pub repeat: u32,
}

impl PressKey {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        let text = params
            .text("text")?
            .ok_or_else(|| params.missing("text", "a key such as Return or ctrl+a"))?;
        Ok(Self {
            chords: keys::chords(text)?,
            repeat: params.count(&["repeat"], 1..=100)?.unwrap_or(1),
        })
    }
}
