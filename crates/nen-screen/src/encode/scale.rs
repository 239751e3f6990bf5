use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use nen_protocol::Size;

use super::EncodeError;

/// Resizes red, green, blue pixels. Lanczos keeps small text readable in both directions.
pub(super) fn resize(pixels: Vec<u8>, from: Size, to: Size) -> Result<Vec<u8>, EncodeError> {
    let failed = |error: &dyn std::fmt::Display| EncodeError::new("a resized image", error);
    let source = Image::from_vec_u8(from.width, from.height, pixels, PixelType::U8x3)
        .map_err(|error| failed(&error))?;
    let mut target = Image::new(to.width, to.height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|error| failed(&error))?;
    Ok(target.into_vec())
}
