use super::*;

const SIZE: Size = Size {
    width: 64,
    height: 40,
};

/// Every pixel its own colour.
fn frame() -> Frame {
    let mut frame = Frame::new(SIZE);
    for (n, pixel) in frame.pixels.chunks_exact_mut(4).enumerate() {
        pixel.copy_from_slice(&[(n % 64) as u8, (n / 64) as u8, 200, 0]);
    }
    frame
}

fn decode(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height, pixels)
}

fn options(format: ImageFormat) -> ImageOptions {
    ImageOptions {
        format,
        ..ImageOptions::default()
    }
}

#[test]
fn png_is_exact() {
    let bytes = encode(&frame(), None, &Shot::whole(options(ImageFormat::Png))).unwrap();
    let (width, height, pixels) = decode(&bytes);
    assert_eq!((width, height), (64, 40));
    for (n, pixel) in pixels.chunks_exact(3).enumerate() {
        assert_eq!(pixel, [200, (n / 64) as u8, (n % 64) as u8]);
    }
}

#[test]
fn a_part_is_cut_out_exactly() {
    let region = Region::from_corners([10, 5, 14, 8]).unwrap();
    let bytes = encode(
        &frame(),
        None,
        &Shot::part(options(ImageFormat::Png), region),
    )
    .unwrap();
    let (width, height, pixels) = decode(&bytes);
    assert_eq!((width, height), (4, 3));
    assert_eq!(pixels[..3], [200, 5, 10]);
    assert_eq!(pixels[33..], [200, 7, 13]);
}

#[test]
fn a_zoom_fills_the_usual_size() {
    let region = Region::from_corners([0, 0, 32, 20]).unwrap();
    let bytes = encode(
        &frame(),
        None,
        &Shot::zoomed(options(ImageFormat::Png), region),
    )
    .unwrap();
    assert_eq!(decode(&bytes).0, 64);
    let tall = Region::from_corners([0, 0, 4, 20]).unwrap();
    let bytes = encode(
        &frame(),
        None,
        &Shot::zoomed(options(ImageFormat::Png), tall),
    )
    .unwrap();
    let (width, height, _) = decode(&bytes);
    assert_eq!((width, height), (8, 40));
}

#[test]
fn bounds_shrink() {
    let options = ImageOptions {
        max_width: Some(32),
        ..options(ImageFormat::Png)
    };
    let bytes = encode(&frame(), None, &Shot::whole(options)).unwrap();
    let (width, height, _) = decode(&bytes);
    assert_eq!((width, height), (32, 20));
}

#[test]
fn the_pointer_is_drawn_where_it_is_also_at_the_edge() {
    let cursor = Cursor {
        x: -1,
        y: -1,
        hot: (0, 0),
        width: 2,
        height: 2,
        argb: vec![0xff00_ff00; 4],
        serial: 1,
    };
    let bytes = encode(
        &frame(),
        Some(&cursor),
        &Shot::whole(options(ImageFormat::Png)),
    )
    .unwrap();
    let (_, _, pixels) = decode(&bytes);
    assert_eq!(pixels[..3], [0, 255, 0]);
    assert_eq!(pixels[3..6], [200, 0, 1]);
}

#[test]
fn lossy_formats_begin_as_what_they_are() {
    let jpeg = encode(&frame(), None, &Shot::whole(options(ImageFormat::Jpeg))).unwrap();
    assert_eq!(jpeg[..3], [0xff, 0xd8, 0xff]);
    let webp = encode(&frame(), None, &Shot::whole(options(ImageFormat::Webp))).unwrap();
    assert_eq!(&webp[8..12], b"WEBP");
}
