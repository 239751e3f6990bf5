//! Whatever a screen went through, the file shows exactly what is on it, to two decoders that share no code.

use nen_protocol::Region;
use proptest::prelude::*;

use super::*;
use crate::Rect;
use crate::cursor::Cursor;
use crate::encode::pixels;
use crate::frame::Frame;

fn by_png(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = ::png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().unwrap();
    let mut out = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut out).unwrap();
    assert_eq!(info.color_type, ::png::ColorType::Rgb);
    reader.finish().unwrap();
    (info.width, info.height, out)
}

/// Checks every checksum.
fn by_zune(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let options = zune_core::options::DecoderOptions::default()
        .set_strict_mode(true)
        .inflate_set_confirm_adler(true)
        .png_set_confirm_crc(true);
    let cursor = zune_core::bytestream::ZCursor::new(file);
    let mut decoder = zune_png::PngDecoder::new_with_options(cursor, options);
    let out = decoder.decode_raw().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    (width as u32, height as u32, out)
}

fn assert_shows(file: &[u8], size: Size, pixels: &[u8]) {
    for (width, height, decoded) in [by_png(file), by_zune(file)] {
        assert_eq!((width, height), (size.width, size.height));
        assert!(decoded == pixels, "the pixels differ");
    }
}

/// What can happen to a screen between two looks.
#[derive(Debug, Clone)]
enum Event {
    /// Something is painted: where, in parts of the screen, and how.
    Paint([f64; 4], Brush),
    /// The pointer goes somewhere, perhaps over an edge.
    Point(i32, i32),
    /// The pointer changes its picture.
    Cursor(u32),
    /// There was time to compress bands better.
    Polish(usize),
}

#[derive(Debug, Clone, Copy)]
enum Brush {
    Flat([u8; 3]),
    Gradient(u8),
    Noise(u64),
    Stripes(u8),
}

impl Brush {
    fn pixel(self, x: u32, y: u32) -> [u8; 4] {
        let mix = |seed: u64| {
            (seed ^ (u64::from(x) << 20) ^ u64::from(y))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(23)
        };
        match self {
            Self::Flat([a, b, c]) => [a, b, c, 7],
            Self::Gradient(from) => [from.wrapping_add((x / 3) as u8), (y / 2) as u8, from, 255],
            Self::Noise(seed) => mix(seed).to_le_bytes()[..4].try_into().unwrap(),
            Self::Stripes(width) => {
                [if (x / (u32::from(width) + 1)).is_multiple_of(2) {
                    0
                } else {
                    255
                }; 4]
            }
        }
    }
}

fn brush() -> impl Strategy<Value = Brush> {
    prop_oneof![
        any::<[u8; 3]>().prop_map(Brush::Flat),
        any::<u8>().prop_map(Brush::Gradient),
        any::<u64>().prop_map(Brush::Noise),
        (0..9_u8).prop_map(Brush::Stripes),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (proptest::array::uniform4(0.0..1.0), brush()).prop_map(|(place, brush)| Event::Paint(place, brush)),
        2 => (-20..400, -20..300).prop_map(|(x, y)| Event::Point(x, y)),
        1 => (0..5_u32).prop_map(Event::Cursor),
        1 => (1..9_usize).prop_map(Event::Polish),
    ]
}

fn paint(frame: &mut Frame, place: [f64; 4], brush: Brush) {
    let part = |part: f64, of: u32| (part * f64::from(of)) as u32;
    let (x, y) = (
        part(place[0], frame.size.width),
        part(place[1], frame.size.height),
    );
    let area = Rect {
        x,
        y,
        width: part(place[2], frame.size.width - x).max(1),
        height: part(place[3], frame.size.height - y).max(1),
    };
    let mut next = frame.pixels.clone();
    let stride = frame.stride();
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let at = y as usize * stride + x as usize * 4;
            next[at..at + 4].copy_from_slice(&brush.pixel(x, y));
        }
    }
    frame.update(&next, area);
}

fn pointer(serial: u32) -> Cursor {
    let side = serial % 5 * 4 + 1;
    Cursor {
        x: 0,
        y: 0,
        hot: (0, 0),
        width: side,
        height: side,
        argb: (0..side * side)
            .map(|n| [0xff00_ff00, 0x8040_2010, 0][(n % 3) as usize])
            .collect(),
        serial,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_screen_is_shown_exactly_whatever_happens_to_it(
        (width, height) in (1..400_u32, 1..300_u32),
        events in proptest::collection::vec(event(), 1..20),
        drawn in any::<bool>(),
    ) {
        let size = Size { width, height };
        let (mut frame, mut cursor) = (Frame::new(size), pointer(0));
        let mut picture = BandedPng::new(size);
        for event in events {
            match event {
                Event::Paint(place, brush) => paint(&mut frame, place, brush),
                Event::Point(x, y) => (cursor.x, cursor.y) = (x, y),
                Event::Cursor(serial) => cursor = Cursor { x: cursor.x, y: cursor.y, ..pointer(serial) },
                Event::Polish(most) => {
                    for _ in 0..most {
                        let Some(rough) = picture.rough(&frame, Some(&cursor)) else { break };
                        picture.put(rough.polish().unwrap());
                    }
                }
            }
            let over = drawn.then_some(&cursor);
            let file = picture.file(&frame, over).unwrap();
            let whole = Region { x: 0, y: 0, size };
            assert_shows(&file, size, &pixels::rgb(&frame, over, whole));
        }
    }

    #[test]
    fn any_pixels_of_any_size_are_exact(
        (width, height) in (1..200_u32, 1..200_u32),
        brush in brush(),
    ) {
        let size = Size { width, height };
        let pixels: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| brush.pixel(x, y)[..3].to_vec())
            .collect();
        assert_shows(&encode(&pixels, size).unwrap(), size, &pixels);
    }
}

/// The time that a polished band took to make comes too late.
#[test]
fn a_band_that_was_polished_too_late_is_not_shown() {
    let size = Size {
        width: 64,
        height: 64,
    };
    let mut frame = Frame::new(size);
    let mut picture = BandedPng::new(size);
    paint(&mut frame, [0.0, 0.0, 1.0, 1.0], Brush::Gradient(3));
    picture.file(&frame, None).unwrap();
    let rough = picture.rough(&frame, None).unwrap();
    paint(&mut frame, [0.1, 0.1, 0.5, 0.2], Brush::Flat([1, 2, 3]));
    let fresh = picture.file(&frame, None).unwrap();
    picture.put(rough.polish().unwrap());
    let after = picture.file(&frame, None).unwrap();
    let whole = Region { x: 0, y: 0, size };
    for file in [fresh, after] {
        assert_shows(&file, size, &pixels::rgb(&frame, None, whole));
    }
}

#[test]
fn what_did_not_change_is_not_compressed_again_and_polish_ends() {
    let size = Size {
        width: 320,
        height: 200,
    };
    let mut frame = Frame::new(size);
    paint(&mut frame, [0.0, 0.0, 1.0, 1.0], Brush::Gradient(3));
    let mut picture = BandedPng::new(size);
    picture.file(&frame, None).unwrap();
    let mut polished = 0;
    while let Some(rough) = picture.rough(&frame, None) {
        picture.put(rough.polish().unwrap());
        polished += 1;
    }
    assert_eq!(polished, bands(size.height).count());
    paint(&mut frame, [0.0, 0.5, 1.0, 0.01], Brush::Flat([9; 3]));
    picture.file(&frame, None).unwrap();
    let mut again = 0;
    while let Some(rough) = picture.rough(&frame, None) {
        picture.put(rough.polish().unwrap());
        again += 1;
    }
    assert_eq!(again, 1, "one band was painted");
}
