use crate::Invalid;
use crate::keys::{self, Chord};
use crate::params::Params;

/// Most chords of one call, repeats counted.
const MAX_PRESSES: usize = 1000;

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
        let chords = keys::chords(text)?;
        let repeat = params.count(&["repeat"], 1..=100)?.unwrap_or(1);
        let presses = chords.len().saturating_mul(repeat as usize);
        if presses > MAX_PRESSES {
            return Err(Invalid(format!(
                "\"key\": {presses} presses are more than {MAX_PRESSES}: press them in parts"
            )));
        }
        Ok(Self { chords, repeat })
    }
}
