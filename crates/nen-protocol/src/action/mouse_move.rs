use crate::params::Params;
use crate::{Invalid, Point};

/// `mouse_move`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MouseMove {
    /// Where to.
    pub coordinate: Point,
}

impl MouseMove {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        params
            .point("coordinate")?
            .map(|coordinate| Self { coordinate })
            .ok_or_else(|| params.missing("coordinate", "[x, y], where to move"))
    }
}
