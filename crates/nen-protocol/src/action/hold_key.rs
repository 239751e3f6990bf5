use crate::Invalid;
use crate::keys::{self, Chord};
use crate::params::Params;

/// `hold_key`.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldKey {
    /// Held together.
    pub chord: Chord,
    /// Seconds, 0 to 300.
    pub duration: f64,
}

impl HoldKey {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        let text = params
            .text("text")?
            .ok_or_else(|| params.missing("text", "a key such as shift"))?;
        Ok(Self {
            chord: keys::chord(text)?,
            duration: params
                .seconds("duration", super::wait::MAX_SECONDS)?
                .ok_or_else(|| params.missing("duration", "seconds to hold the key, 0 to 300"))?,
        })
    }
}
