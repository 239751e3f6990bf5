//! Whatever part of whatever screen is asked for in whatever size, the picture can be read and has that size; a PNG of
//! the screen's own size has its pixels.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nen_protocol::image::{ImageFormat, ImageOptions};
use nen_protocol::{Region, Size};
use nen_screen::encode::{Shot, encode};
use nen_screen::{Frame, Rect};
use zune_core::bytestream::ZCursor;

#[derive(Debug, Arbitrary)]
struct Asked {
    width: u8,
    height: u8,
    paint: Vec<u8>,
    format: u8,
    quality: u8,
    max_width: Option<u8>,
    max_height: Option<u8>,
    region: Option<[u8; 4]>,
    zoomed: bool,
}

fuzz_target!(|asked: Asked| {
    let size = Size {
        width: u32::from(asked.width).max(1),
        height: u32::from(asked.height).max(1),
    };
    let count = (size.width * size.height * 4) as usize;
    let pixels: Vec<u8> = asked
        .paint
        .iter()
        .copied()
        .chain([7])
        .cycle()
        .take(count)
        .collect();
    let mut frame = Frame::new(size);
    frame.update(
        &pixels,
        Rect {
            x: 0,
            y: 0,
            width: size.width,
            height: size.height,
        },
    );
    let side = |side: Option<u8>| side.map(|side| u32::from(side).max(1));
    let format =
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Webp][usize::from(asked.format) % 3];
    let options = ImageOptions {
        format,
        quality: asked.quality.clamp(1, 100),
        max_width: side(asked.max_width),
        max_height: side(asked.max_height),
        cursor: false,
    };
    let options = options.check().unwrap();
    let region = asked.region.and_then(|[x, y, width, height]| {
        let (x, y) = (u32::from(x) % size.width, u32::from(y) % size.height);
        let corner = [
            x + 1 + u32::from(width) % (size.width - x),
            y + 1 + u32::from(height) % (size.height - y),
        ];
        let corners = [x, y, corner[0], corner[1]].map(|at| at as i32);
        Region::from_corners(corners)
            .and_then(|region| region.check(size))
            .ok()
    });
    let shot = match region {
        None => Shot::whole(options),
        Some(region) if asked.zoomed => Shot::zoomed(options, region),
        Some(region) => Shot::part(options, region),
    };
    let file = encode(&frame, None, &shot).unwrap();
    let shown = match format {
        ImageFormat::Png => {
            let mut decoder = zune_png::PngDecoder::new(ZCursor::new(&file));
            decoder.decode_raw().unwrap();
            decoder.dimensions().unwrap()
        }
        ImageFormat::Jpeg => {
            let mut decoder = zune_jpeg::JpegDecoder::new(ZCursor::new(&file));
            decoder.decode().unwrap();
            decoder.dimensions().unwrap()
        }
        ImageFormat::Webp => webp_size(&file),
    };
    let shown = Size {
        width: shown.0 as u32,
        height: shown.1 as u32,
    };
    assert!(shown.width >= 1 && shown.height >= 1);
    let most = |side: u32, most: Option<u32>| most.is_none_or(|most| side <= most);
    assert!(
        most(shown.width, options.max_width) && most(shown.height, options.max_height),
        "{shown:?}"
    );
    if !asked.zoomed {
        let whole = region.map_or(size, |region| region.size);
        assert!(
            shown.width <= whole.width && shown.height <= whole.height,
            "{shown:?} of {whole:?}"
        );
    }
});

/// Width and height from the file's own head: `RIFF` size `WEBP`, then a frame of one of three kinds.
fn webp_size(file: &[u8]) -> (usize, usize) {
    assert!(file.starts_with(b"RIFF") && &file[8..12] == b"WEBP");
    let length = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
    assert_eq!(length + 8, file.len());
    let two = |at: usize| usize::from(u16::from_le_bytes([file[at], file[at + 1]]) & 0x3fff);
    match &file[12..16] {
        b"VP8 " => (two(26), two(28)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(file[21..25].try_into().unwrap());
            (
                (bits & 0x3fff) as usize + 1,
                (bits >> 14 & 0x3fff) as usize + 1,
            )
        }
        other => panic!("{other:?}"),
    }
}
