use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use nen_protocol::Size;

use super::EncodeError;

/// Encodes red, green, blue pixels as JPEG with full colour resolution, which coloured text needs.
pub(super) fn encode(pixels: &[u8], size: Size, quality: u8) -> Result<Vec<u8>, EncodeError> {
    let side = |side: u32| {
        u16::try_from(side)
            .map_err(|_| EncodeError::new("JPEG", format!("{side} pixels are too many")))
    };
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    encoder
        .encode(
            pixels,
            side(size.width)?,
            side(size.height)?,
            ColorType::Rgb,
        )
        .map_err(|error| EncodeError::new("JPEG", error))?;
    Ok(out)
}
