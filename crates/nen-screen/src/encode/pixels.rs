use nen_protocol::Region;

use crate::cursor::Cursor;
use crate::frame::{BYTES, Frame};

/// A part of a frame as red, green, blue, with the pointer over it.
pub(super) fn rgb(frame: &Frame, cursor: Option<&Cursor>, area: Region) -> Vec<u8> {
    let (width, height) = (area.size.width, area.size.height);
    let mut out = vec![0; width as usize * height as usize * 3];
    let rows = out.chunks_exact_mut(width as usize * 3);
    for (y, row) in (area.y..).zip(rows) {
        let from = frame.row(y, area.x, width);
        for (out, pixel) in row.chunks_exact_mut(3).zip(from.chunks_exact(BYTES)) {
            out.copy_from_slice(&[pixel[2], pixel[1], pixel[0]]);
        }
    }
    if let Some(cursor) = cursor {
        draw(&mut out, cursor, frame, area);
    }
    out
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
