use nen_protocol::Region;

use crate::cursor::Cursor;
use crate::frame::{BYTES, Frame};

/// A part of a frame as red, green, blue, with the pointer over it.
pub(super) fn rgb(frame: &Frame, cursor: Option<&Cursor>, area: Region) -> Vec<u8> {
    let mut out = Vec::new();
    rgb_into(&mut out, frame, cursor, area);
    out
}

/// The same into memory that is used again and again.
pub(super) fn rgb_into(out: &mut Vec<u8>, frame: &Frame, cursor: Option<&Cursor>, area: Region) {
    let stride = area.size.width as usize * 3;
    out.resize(stride * area.size.height as usize, 0);
    for (y, row) in (area.y..).zip(out.chunks_exact_mut(stride)) {
        convert(frame.row(y, area.x, area.size.width), row);
    }
    if let Some(cursor) = cursor {
        draw(out, cursor, frame, area);
    }
}

/// Blue, green, red, unused into red, green, blue: four pixels at a time, as three words.
fn convert(from: &[u8], to: &mut [u8]) {
    let (fours, rest) = from.as_chunks::<{ BYTES * 4 }>();
    let (twelves, last) = to.as_chunks_mut::<12>();
    for (four, twelve) in fours.iter().zip(twelves) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|n| {
            let pixel = [
                four[n * 4],
                four[n * 4 + 1],
                four[n * 4 + 2],
                four[n * 4 + 3],
            ];
            u32::from_be_bytes(pixel) >> 8
        });
        let words = [a | b << 24, b >> 8 | c << 16, c >> 16 | d << 8];
        for (to, word) in twelve.as_chunks_mut::<4>().0.iter_mut().zip(words) {
            *to = word.to_le_bytes();
        }
    }
    for (pixel, out) in rest.chunks_exact(BYTES).zip(last.chunks_exact_mut(3)) {
        out.copy_from_slice(&[pixel[2], pixel[1], pixel[0]]);
    }
}

fn draw(out: &mut [u8], cursor: &Cursor, frame: &Frame, area: Region) {
    let Some(covered) = cursor.area(frame) else {
        return;
    };
    let (width, height) = (area.size.width, area.size.height);
    for y in covered.y.max(area.y)..covered.bottom().min(area.y + height) {
        for x in covered.x.max(area.x)..covered.right().min(area.x + width) {
            let at = ((y - area.y) as usize * width as usize + (x - area.x) as usize) * 3;
            let [red, green, blue] = [out[at], out[at + 1], out[at + 2]];
            let [b, g, r] = cursor.over(x, y, [blue, green, red]);
            out[at..at + 3].copy_from_slice(&[r, g, b]);
        }
    }
}
