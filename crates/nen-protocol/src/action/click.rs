use crate::keys::{self, Chord};
use crate::params::Params;
use crate::{Invalid, Point};

/// A mouse button that clicks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The primary button.
    Left,
    /// The wheel.
    Middle,
    /// The button for context menus.
    Right,
    /// The side button that goes back.
    Back,
    /// The side button that goes forward.
    Forward,
}

/// `left_click`, `right_click`, `middle_click`, `double_click`, `triple_click`, `back_click`, `forward_click`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Click {
    /// Where; the pointer's place when absent.
    pub coordinate: Option<Point>,
    /// With what.
    pub button: Button,
    /// Presses in a row: 1, 2 or 3.
    pub times: u32,
    /// Held meanwhile (`text` on the wire, as Anthropic's tool has it).
    pub modifiers: Chord,
}

impl Click {
    pub(crate) fn parse(params: Params<'_>, button: Button, times: u32) -> Result<Self, Invalid> {
        Ok(Self {
            coordinate: params.point("coordinate")?,
            button,
            times,
            modifiers: keys::modifiers(params.text("text")?.unwrap_or_default())?,
        })
    }
}
