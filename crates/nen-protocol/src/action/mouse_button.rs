use crate::params::Params;
use crate::{Invalid, Point};

/// `left_mouse_down` and `left_mouse_up`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MouseButton {
    /// Where; the pointer's place when absent.
    pub coordinate: Option<Point>,
}

impl MouseButton {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            coordinate: params.point("coordinate")?,
        })
    }
}
