use crate::params::Params;
use crate::{Invalid, Region};

/// `zoom`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zoom {
    /// The part of the screen that fills the returned image.
    pub region: Region,
}

impl Zoom {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        let corners = params
            .corners("region")?
            .ok_or_else(|| params.missing("region", "[x0, y0, x1, y1]"))?;
        Ok(Self {
            region: Region::from_corners(corners)?,
        })
    }
}
