use crate::Invalid;
use crate::params::Params;

/// Longest wait or hold in seconds.
pub(super) const MAX_SECONDS: f64 = 300.0;

/// `wait`.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// Seconds, 0 to 300; until the screen settles when absent.
    pub duration: Option<f64>,
}

impl Wait {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            duration: params.seconds("duration", MAX_SECONDS)?,
        })
    }
}
