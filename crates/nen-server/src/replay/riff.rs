//! The container of an animated WebP: <https://developers.google.com/speed/webp/docs/riff_container>.

/// Bytes before the first chunk of a file: `RIFF`, its size, `WEBP`.
const HEADER: usize = 12;
/// In the `VP8X` chunk: it moves.
const ANIMATED: u8 = 0x02;
/// In an `ANMF` chunk: the frame takes the place of what was there.
const OVERWRITE: u8 = 0x02;

/// One frame: a part of the canvas that changes, and for how long it is shown.
pub(super) struct Frame {
    /// Even.
    pub x: u32,
    /// Even.
    pub y: u32,
    pub width: u32,
    pub height: u32,
    pub milliseconds: u32,
    /// A WebP file with the part.
    pub webp: Vec<u8>,
}

/// Puts frames together; it is shown again and again.
pub(super) fn file(width: u32, height: u32, frames: &[Frame]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    let mut canvas = vec![ANIMATED, 0, 0, 0];
    canvas.extend(three(width.saturating_sub(1)));
    canvas.extend(three(height.saturating_sub(1)));
    chunk(&mut body, *b"VP8X", &canvas);
    // The background, opaque white, and endless repetition.
    chunk(&mut body, *b"ANIM", &[255, 255, 255, 255, 0, 0]);
    for frame in frames {
        let mut data = Vec::with_capacity(frame.webp.len() + 16);
        data.extend(three(frame.x / 2));
        data.extend(three(frame.y / 2));
        data.extend(three(frame.width.saturating_sub(1)));
        data.extend(three(frame.height.saturating_sub(1)));
        data.extend(three(frame.milliseconds));
        data.push(OVERWRITE);
        data.extend(frame.webp.get(HEADER..).unwrap_or_default());
        chunk(&mut body, *b"ANMF", &data);
    }
    let mut file = Vec::with_capacity(body.len() + 8);
    chunk(&mut file, *b"RIFF", &body);
    file
}

fn chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    out.extend(name);
    out.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
}

/// The lower 24 bits, as the format has its numbers.
fn three(number: u32) -> [u8; 3] {
    let [a, b, c, _] = number.to_le_bytes();
    [a, b, c]
}
