use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use nen_protocol::Size;

use super::EncodeError;

/// Resizes red, green, blue pixels. Lanczos keeps small text readable in both directions.
///
/// Typed: of the library's kinds of pixels only this one is compiled in. The compiler does not make the same code of some
/// others each time, and releases are to be reproducible.
pub(super) fn resize(pixels: &[u8], from: Size, to: Size) -> Result<Vec<u8>, EncodeError> {
    let failed = |error: &dyn std::fmt::Display| EncodeError::new("a resized image", error);
    let source = TypedImageRef::<U8x3>::from_buffer(from.width, from.height, pixels)
        .map_err(|error| failed(&error))?;
    let mut resized = vec![0; to.width as usize * to.height as usize * 3];
    let mut target = TypedImage::<U8x3>::from_buffer(to.width, to.height, &mut resized)
        .map_err(|error| failed(&error))?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .map_err(|error| failed(&error))?;
    drop(target);
    Ok(resized)
}
