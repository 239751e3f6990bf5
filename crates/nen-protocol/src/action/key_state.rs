use crate::Invalid;
use crate::keys::{self, Chord};
use crate::params::Params;

/// `key_down` and `key_up`: the two halves of a press, for providers whose tools have them. What is held stays held beyond
/// the call, as a mouse button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// Pressed in order, let go in reverse.
    pub chord: Chord,
}

impl KeyState {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        let text = params
            .text("text")?
            .ok_or_else(|| params.missing("text", "a key such as shift"))?;
        Ok(Self {
            chord: keys::chord(text)?,
        })
    }
}
