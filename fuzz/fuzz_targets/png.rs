//! Whatever is painted in whatever order, the PNG shows exactly that, to two decoders that share no code.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nen_protocol::Size;
use nen_screen::cursor::Cursor;
use nen_screen::encode::BandedPng;
use nen_screen::{Frame, Rect};

#[derive(Debug, Arbitrary)]
struct Screen {
    width: u8,
    height: u8,
    events: Vec<Event>,
}

#[derive(Debug, Arbitrary)]
enum Event {
    /// Bytes painted over and over into a part of the screen.
    Paint { x: u8, y: u8, width: u8, height: u8, bytes: Vec<u8> },
    Point { x: i8, y: i8, side: u8, serial: u8 },
    Hide,
    Polish { bands: u8 },
}

/// Blue, green, red, unused: what the frame should hold.
struct Model {
    size: Size,
    pixels: Vec<u8>,
}

impl Model {
    fn paint(&mut self, area: Rect, bytes: &[u8]) {
        let mut bytes = bytes.iter().cycle();
        for y in area.y..area.bottom() {
            let at = (y * self.size.width + area.x) as usize * 4;
            for pixel in &mut self.pixels[at..at + area.width as usize * 4] {
                *pixel = *bytes.next().unwrap_or(&0);
            }
        }
    }

    /// Red, green, blue as a file should show it.
    fn shown(&self, cursor: Option<&Cursor>) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.pixels.len());
        for (n, pixel) in self.pixels.chunks_exact(4).enumerate() {
            let (x, y) = (n as u32 % self.size.width, n as u32 / self.size.width);
            let below = [pixel[0], pixel[1], pixel[2]];
            let covers = |cursor: &&Cursor| {
                let (dx, dy) = (x as i32 - cursor.x, y as i32 - cursor.y);
                (0..cursor.width as i32).contains(&dx) && (0..cursor.height as i32).contains(&dy)
            };
            let [b, g, r] = cursor
                .filter(covers)
                .map_or(below, |cursor| cursor.over(x, y, below));
            out.extend([r, g, b]);
        }
        out
    }
}

fn by_png(file: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut out = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut out).unwrap();
    reader.finish().unwrap();
    out
}

fn by_zune(file: &[u8]) -> Vec<u8> {
    let options = zune_core::options::DecoderOptions::default()
        .set_strict_mode(true)
        .inflate_set_confirm_adler(true)
        .png_set_confirm_crc(true);
    let file = zune_core::bytestream::ZCursor::new(file);
    zune_png::PngDecoder::new_with_options(file, options).decode_raw().unwrap()
}

fuzz_target!(|screen: Screen| {
    let size = Size {
        width: u32::from(screen.width).max(1),
        height: u32::from(screen.height).max(1),
    };
    let mut model = Model {
        size,
        pixels: vec![0; (size.width * size.height * 4) as usize],
    };
    let (mut frame, mut picture, mut cursor) = (Frame::new(size), BandedPng::new(size), None);
    for event in screen.events.into_iter().take(24) {
        match event {
            Event::Paint { x, y, width, height, bytes } => {
                let area = Rect {
                    x: u32::from(x),
                    y: u32::from(y),
                    width: u32::from(width),
                    height: u32::from(height),
                };
                if let Some(area) = area.clipped(size.width, size.height) {
                    model.paint(area, &bytes);
                    frame.update(&model.pixels, area);
                }
            }
            Event::Point { x, y, side, serial } => {
                let side = u32::from(side % 40);
                cursor = Some(Cursor {
                    x: i32::from(x) * 2,
                    y: i32::from(y) * 2,
                    hot: (0, 0),
                    width: side,
                    height: side,
                    // A picture belongs to its number, as XFIXES promises.
                    argb: (0..side * side)
                        .map(|n| (n + u32::from(serial)).wrapping_mul(0x9e37_79b9) & 0x7fff_ffff)
                        .collect(),
                    serial: u32::from(serial) << 8 | side,
                });
            }
            Event::Hide => cursor = None,
            Event::Polish { bands } => {
                for _ in 0..bands % 8 {
                    let Some(rough) = picture.rough(&frame, cursor.as_ref()) else { break };
                    picture.put(rough.polish().unwrap());
                }
            }
        }
        let file = picture.file(&frame, cursor.as_ref()).unwrap();
        let shown = model.shown(cursor.as_ref());
        assert!(by_png(&file) == shown, "png shows something else");
        assert!(by_zune(&file) == shown, "zune-png shows something else");
    }
});
