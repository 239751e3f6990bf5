//! What a look at the screen costs without the screen: from pixels to a file. `cargo bench -p nen-screen`.

use divan::Bencher;
use nen_protocol::Size;
use nen_protocol::image::{ImageFormat, ImageOptions};
use nen_screen::encode::{BandedPng, Shot, encode};
use nen_screen::{Frame, Rect};

const SIZES: [(u32, u32); 2] = [(1280, 800), (1920, 1080)];

fn main() {
    divan::main();
}

/// Lines of strokes as irregular as text, a gradient above them; `turn` gives another page.
fn page(size: Size, turn: u32) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(size.width as usize * size.height as usize * 4);
    for y in 0..size.height {
        for x in 0..size.width {
            let stroke = ((x / 2) ^ (y / 20 + turn).wrapping_mul(2_654_435_761) >> 9)
                .wrapping_mul(40_503)
                .rotate_left(y % 20 / 3);
            let pixel = match (y < 80, y % 20 < 12, stroke & 0x300) {
                (true, ..) => [(x / 8) as u8, (y * 2) as u8, 90, 0],
                (false, true, 0) => [(stroke & 0x7f) as u8; 4],
                _ => [255; 4],
            };
            pixels.extend(pixel);
        }
    }
    pixels
}

fn whole(size: Size) -> Rect {
    Rect {
        x: 0,
        y: 0,
        width: size.width,
        height: size.height,
    }
}

fn size((width, height): (u32, u32)) -> Size {
    Size { width, height }
}

/// A page was scrolled.
#[divan::bench(args = SIZES)]
fn png_all_changed(bencher: Bencher, sides: (u32, u32)) {
    let size = size(sides);
    let pages = [page(size, 0), page(size, 1)];
    let (mut frame, mut picture) = (Frame::new(size), BandedPng::new(size));
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        frame.update(&pages[turn % 2], whole(size));
        picture.file(&frame, None)
    });
}

/// A character was typed.
#[divan::bench(args = SIZES)]
fn png_character_typed(bencher: Bencher, sides: (u32, u32)) {
    let size = size(sides);
    let mut pixels = page(size, 0);
    let (mut frame, mut picture) = (Frame::new(size), BandedPng::new(size));
    frame.update(&pixels, whole(size));
    bencher.bench_local(|| {
        let area = Rect {
            x: 400,
            y: 300,
            width: 8,
            height: 14,
        };
        for y in area.y..area.bottom() {
            let at = (y * size.width + area.x) as usize * 4;
            for byte in &mut pixels[at..at + area.width as usize * 4] {
                *byte = byte.wrapping_mul(5).wrapping_add(3);
            }
        }
        frame.update(&pixels, area);
        picture.file(&frame, None)
    });
}

/// All bands as small as they can be, which nobody waits for.
#[divan::bench(args = SIZES, sample_count = 5)]
fn png_polished(bencher: Bencher, sides: (u32, u32)) {
    let size = size(sides);
    let mut frame = Frame::new(size);
    frame.update(&page(size, 0), whole(size));
    bencher.bench_local(|| {
        let mut picture = BandedPng::new(size);
        while let Some(rough) = picture.rough(&frame, None) {
            if let Ok(polished) = rough.polish() {
                picture.put(polished);
            }
        }
        picture.file(&frame, None)
    });
}

/// The other formats, and a smaller picture.
#[divan::bench(args = ["jpeg", "webp", "png at half size"])]
fn other_images(bencher: Bencher, what: &str) {
    let size = size(SIZES[0]);
    let mut frame = Frame::new(size);
    frame.update(&page(size, 0), whole(size));
    let (format, max_width) = match what {
        "jpeg" => (ImageFormat::Jpeg, None),
        "webp" => (ImageFormat::Webp, None),
        _ => (ImageFormat::Png, Some(640)),
    };
    let shot = Shot::whole(ImageOptions {
        format,
        max_width,
        ..ImageOptions::default()
    });
    bencher.bench_local(|| encode(&frame, None, &shot));
}
