//! The pixels of a screen.

use std::ops::Range;

use nen_protocol::Size;

use crate::Rect;

/// Bytes of a pixel: blue, green, red, unused.
pub const BYTES: usize = 4;

/// A picture of the screen, row after row without gaps, as X gives it: blue, green, red, unused. Remembers of every
/// row when it last changed, so that what is made of rows need not be made again.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Width and height in pixels.
    pub size: Size,
    /// `width * height * 4` bytes.
    pub(crate) pixels: Vec<u8>,
    /// Counts changes of colour.
    serial: u64,
    /// The count at which each row last changed.
    changed: Vec<u64>,
}

impl Frame {
    /// A black frame.
    pub fn new(size: Size) -> Self {
        Self {
            size,
            pixels: vec![0; size.width as usize * size.height as usize * BYTES],
            serial: 0,
            changed: vec![0; size.height as usize],
        }
    }

    /// How often colours have changed since the frame was made.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The count at which one of these rows last changed.
    pub fn changed_at(&self, rows: Range<u32>) -> u64 {
        let rows = self.changed.get(rows.start as usize..rows.end as usize);
        rows.and_then(|rows| rows.iter().max())
            .copied()
            .unwrap_or(self.serial)
    }

    /// Whether these rows show more than one colour.
    pub fn has_drawing(&self, rows: Range<u32>) -> bool {
        let bytes = rows.start as usize * self.stride()..rows.end as usize * self.stride();
        let mut pixels = self
            .pixels
            .get(bytes)
            .unwrap_or_default()
            .chunks_exact(BYTES);
        let Some(first) = pixels.next() else {
            return false;
        };
        pixels.any(|pixel| pixel[..3] != first[..3])
    }

    /// Bytes of one row.
    pub fn stride(&self) -> usize {
        self.size.width as usize * BYTES
    }

    /// The pixels of some columns of a row.
    pub fn row(&self, y: u32, x: u32, width: u32) -> &[u8] {
        let start = y as usize * self.stride() + x as usize * BYTES;
        &self.pixels[start..start + width as usize * BYTES]
    }

    /// Copies `area` out of pixels of the same size and says whether any colour in it was different.
    /// The unused byte is not compared: X servers leave anything in it.
    pub fn update(&mut self, from: &[u8], area: Rect) -> bool {
        let stride = self.stride();
        let before = self.serial;
        for y in area.y..area.bottom() {
            let start = y as usize * stride + area.x as usize * BYTES;
            let range = start..start + area.width as usize * BYTES;
            let (old, new) = (&mut self.pixels[range.clone()], &from[range]);
            if old != new {
                if colours_differ(old, new) {
                    self.serial = before + 1;
                    self.changed[y as usize] = self.serial;
                }
                old.copy_from_slice(new);
            }
        }
        self.serial != before
    }
}

fn colours_differ(old: &[u8], new: &[u8]) -> bool {
    old.chunks_exact(BYTES)
        .zip(new.chunks_exact(BYTES))
        .any(|(a, b)| a[..3] != b[..3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn update_sees_colours_and_only_inside_the_area() {
        let size = Size {
            width: 4,
            height: 2,
        };
        let mut frame = Frame::new(size);
        let mut next = frame.pixels.clone();
        let all = Rect {
            x: 0,
            y: 0,
            width: 4,
            height: 2,
        };
        assert!(!frame.update(&next, all));
        next[3] = 255;
        assert!(!frame.update(&next, all), "the unused byte is no colour");
        next[4 * 4 + 2] = 9;
        let first_row = Rect { height: 1, ..all };
        assert!(!frame.update(&next, first_row));
        assert!(frame.update(&next, all));
        assert_eq!(frame.pixels, next);
        assert_eq!((frame.serial(), frame.changed_at(0..2)), (1, 1));
        next[0] = 9;
        assert!(frame.update(&next, all));
        assert_eq!((frame.changed_at(0..1), frame.changed_at(1..2)), (2, 1));
        assert!(frame.has_drawing(0..1) && frame.has_drawing(0..2));
        assert!(!Frame::new(size).has_drawing(0..2) && !frame.has_drawing(1..1));
    }
}
