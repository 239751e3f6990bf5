//! Places on the screen, always in pixels of the full screenshot, origin at the top left.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Invalid;

/// Smallest width or height of a desktop in pixels.
pub const MIN_SIDE: u32 = 320;
/// Largest width or height of a desktop in pixels.
pub const MAX_SIDE: u32 = 7680;

/// A pixel. On the wire `[x, y]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[i32; 2]", into = "[i32; 2]")]
pub struct Point {
    /// Pixels from the left edge; 0 is the first column.
    pub x: i32,
    /// Pixels from the top edge; 0 is the first row.
    pub y: i32,
}

impl From<[i32; 2]> for Point {
    fn from([x, y]: [i32; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [i32; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Width in pixels.
    #[schema(minimum = 320, maximum = 7680, example = 1280)]
    pub width: u32,
    /// Height in pixels.
    #[schema(minimum = 320, maximum = 7680, example = 800)]
    pub height: u32,
}

impl Size {
    /// Whether the pixel is on a screen of this size.
    pub fn contains(self, point: Point) -> bool {
        let within = |value: i32, side: u32| u32::try_from(value).is_ok_and(|value| value < side);
        within(point.x, self.width) && within(point.y, self.height)
    }

    /// The point, or an error that names the screen's size.
    pub fn check(self, name: &str, point: Point) -> Result<Point, Invalid> {
        if self.contains(point) {
            return Ok(point);
        }
        Err(Invalid(format!(
            "{name} [{}, {}] is outside the screen, which is {}x{}: x goes from 0 to {}, y from 0 to {}",
            point.x,
            point.y,
            self.width,
            self.height,
            self.width - 1,
            self.height - 1
        )))
    }

    /// This size shrunk, never grown, to fit into the given sides with its proportions kept.
    #[must_use]
    pub fn fit(self, max_width: Option<u32>, max_height: Option<u32>) -> Self {
        let ratio = |side: u32, max: Option<u32>| match max {
            Some(max) if max < side => f64::from(max) / f64::from(side),
            _ => 1.0,
        };
        let scale = ratio(self.width, max_width).min(ratio(self.height, max_height));
        let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        Self {
            width: scaled(self.width),
            height: scaled(self.height),
        }
    }
}

/// A rectangle with its right and bottom edges outside of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width and height; never zero.
    pub size: Size,
}

impl Region {
    /// The rectangle between two corners, as in `[x0, y0, x1, y1]`; refuses what is empty or upside down.
    pub fn from_corners(corners: [i32; 4]) -> Result<Self, Invalid> {
        let [x0, y0, x1, y1] = corners;
        let (Ok(x), Ok(y)) = (u32::try_from(x0), u32::try_from(y0)) else {
            return Err(Invalid(format!(
                "region {corners:?} starts outside the screen: x0 and y0 must be 0 or more"
            )));
        };
        match (x1.checked_sub(x0), y1.checked_sub(y0)) {
            (Some(width @ 1..), Some(height @ 1..)) => Ok(Self {
                x,
                y,
                size: Size {
                    width: width.unsigned_abs(),
                    height: height.unsigned_abs(),
                },
            }),
            _ => Err(Invalid(format!(
                "region {corners:?} is empty: it must be [x0, y0, x1, y1] with x0 < x1 and y0 < y1"
            ))),
        }
    }

    /// The region, or an error that names the screen's size when it does not lie on it wholly.
    pub fn check(self, screen: Size) -> Result<Self, Invalid> {
        let fits = |start: u32, length: u32, side: u32| {
            start.checked_add(length).is_some_and(|end| end <= side)
        };
        if fits(self.x, self.size.width, screen.width)
            && fits(self.y, self.size.height, screen.height)
        {
            return Ok(self);
        }
        Err(Invalid(format!(
            "the region of {}x{} at ({}, {}) does not lie on the screen, which is {}x{}",
            self.size.width, self.size.height, self.x, self.y, screen.width, screen.height
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Size = Size {
        width: 1280,
        height: 800,
    };

    #[test]
    fn row_and_column_zero_are_on_the_screen_and_the_size_itself_is_not() {
        assert!(SCREEN.contains(Point { x: 0, y: 0 }));
        assert!(SCREEN.contains(Point { x: 1279, y: 799 }));
        assert!(!SCREEN.contains(Point { x: 1280, y: 0 }));
        assert!(!SCREEN.contains(Point { x: 0, y: -1 }));
    }

    #[test]
    fn fit_keeps_proportions_and_never_grows() {
        let half = SCREEN.fit(Some(640), None);
        assert_eq!((half.width, half.height), (640, 400));
        let same = SCREEN.fit(Some(4000), Some(4000));
        assert_eq!(same, SCREEN);
        let low = SCREEN.fit(Some(1000), Some(1));
        assert_eq!((low.width, low.height), (2, 1));
    }

    #[test]
    fn regions_must_have_an_inside_that_is_on_the_screen() {
        assert!(Region::from_corners([0, 0, 1280, 800]).is_ok_and(|r| r.check(SCREEN).is_ok()));
        assert!(Region::from_corners([10, 10, 10, 20]).is_err());
        assert!(Region::from_corners([-1, 0, 5, 5]).is_err());
        assert!(Region::from_corners([0, 0, 1281, 800]).is_ok_and(|r| r.check(SCREEN).is_err()));
        assert!(Region::from_corners([i32::MIN, 0, i32::MAX, 1]).is_err());
    }
}
