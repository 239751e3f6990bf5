//! The pointer's picture.

use crate::Rect;
use crate::frame::Frame;

/// A picture of the pointer: premultiplied ARGB, as XFIXES gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Left edge on the screen; may be negative.
    pub x: i32,
    /// Top edge on the screen; may be negative.
    pub y: i32,
    /// The pixel of the picture that points, from its left and top edge.
    pub hot: (i32, i32),
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height` pixels.
    pub argb: Vec<u32>,
    /// Changes whenever the picture does.
    pub serial: u32,
}

impl Cursor {
    /// The part of the screen it covers, if any.
    pub fn area(&self, frame: &Frame) -> Option<Rect> {
        let clip = |at: i32, length: u32| {
            let start = at.max(0).unsigned_abs();
            let end = i64::from(at) + i64::from(length);
            (start, u32::try_from(end).unwrap_or(0).saturating_sub(start))
        };
        let (x, width) = clip(self.x, self.width);
        let (y, height) = clip(self.y, self.height);
        Rect {
            x,
            y,
            width,
            height,
        }
        .clipped(frame.size.width, frame.size.height)
    }

    /// Its pixel over a pixel of the screen, both as blue, green, red.
    pub fn over(&self, x: u32, y: u32, below: [u8; 3]) -> [u8; 3] {
        let column = (i64::from(x) - i64::from(self.x)) as usize;
        let row = (i64::from(y) - i64::from(self.y)) as usize;
        let pixel = self
            .argb
            .get(row * self.width as usize + column)
            .copied()
            .unwrap_or(0);
        let [blue, green, red, alpha] = pixel.to_le_bytes();
        let blend = |over: u8, under: u8| {
            let kept = u32::from(under) * u32::from(255 - alpha) / 255;
            u8::try_from(u32::from(over) + kept).unwrap_or(u8::MAX)
        };
        [
            blend(blue, below[0]),
            blend(green, below[1]),
            blend(red, below[2]),
        ]
    }
}

#[cfg(test)]
mod tests {
    use nen_protocol::Size;

    use super::*;

    #[test]
    fn a_cursor_over_the_edge_covers_what_is_on_the_screen() {
        let frame = Frame::new(Size {
            width: 10,
            height: 10,
        });
        let cursor = |x, y| Cursor {
            x,
            y,
            hot: (0, 0),
            width: 4,
            height: 4,
            argb: vec![0; 16],
            serial: 0,
        };
        assert_eq!(
            cursor(-2, 8).area(&frame),
            Some(Rect {
                x: 0,
                y: 8,
                width: 2,
                height: 2
            })
        );
        assert_eq!(cursor(-4, 0).area(&frame), None);
        assert_eq!(cursor(10, 0).area(&frame), None);
    }

    #[test]
    fn opaque_covers_and_transparent_does_not() {
        let cursor = Cursor {
            x: 0,
            y: 0,
            hot: (0, 0),
            width: 2,
            height: 1,
            argb: vec![0xff01_0203, 0],
            serial: 0,
        };
        assert_eq!(cursor.over(0, 0, [9, 9, 9]), [3, 2, 1]);
        assert_eq!(cursor.over(1, 0, [9, 8, 7]), [9, 8, 7]);
    }
}
