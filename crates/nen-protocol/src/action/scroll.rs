use crate::keys::{self, Chord};
use crate::params::Params;
use crate::{Invalid, Point};

/// Ticks when no amount is given, as Nen's own clients have it.
const DEFAULT_TICKS: u32 = 3;

/// Which way the content is looked along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Direction {
    Up,
    Down,
    Left,
    Right,
}

/// `scroll`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scroll {
    /// Where; the pointer's place when absent.
    pub coordinate: Option<Point>,
    /// Which way.
    pub direction: Direction,
    /// Clicks of the wheel, 0 to 100.
    pub ticks: u32,
    /// Held meanwhile.
    pub modifiers: Chord,
}

impl Scroll {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        let directions = [
            ("up", Direction::Up),
            ("down", Direction::Down),
            ("left", Direction::Left),
            ("right", Direction::Right),
        ];
        Ok(Self {
            coordinate: params.point("coordinate")?,
            direction: params
                .word(&["scroll_direction", "direction"], &directions)?
                .ok_or_else(|| params.missing("scroll_direction", "up, down, left or right"))?,
            ticks: params
                .count(&["scroll_amount", "amount"], 0..=100)?
                .unwrap_or(DEFAULT_TICKS),
            modifiers: keys::modifiers(params.text("text")?.unwrap_or_default())?,
        })
    }
}
