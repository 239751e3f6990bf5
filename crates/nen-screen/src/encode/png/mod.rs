//! PNG put together from bands.
//!
//! A PNG's pixels are one deflate stream. A stream may be cut where the compressor forgot everything before (a full
//! flush), so a picture is compressed in bands of rows, each on its own, on as many processors as there are, and the
//! bytes of a band are kept for as long as its pixels stay the same. After a typed character one band of 25 is
//! compressed; all others are copied.

mod band;
mod compressor;
mod file;
mod filter;
mod picture;
mod workers;

use nen_protocol::Size;

use super::EncodeError;
use band::Band;
pub use picture::{BandedPng, Polished, Rough};
use workers::Workers;

/// Rows of a band. Fewer would be cheaper to do again after a small change, but a band cannot refer to what is above
/// it, and deflate looks back some eight rows of 1280 pixels.
const BAND_ROWS: u32 = 32;

/// Encodes red, green, blue pixels as PNG, exactly.
pub(super) fn encode(pixels: &[u8], size: Size) -> Result<Vec<u8>, EncodeError> {
    let stride = size.width as usize * 3;
    let bands: Vec<&[u8]> = pixels.chunks(stride * BAND_ROWS as usize).collect();
    let made = Workers::default().each(&bands, |rows, worker| {
        Band::quick(rows, stride, &mut worker.filtered, &mut worker.compressor)
    })?;
    Ok(file::write(size, made.iter()))
}

/// Rows from `y` on that make up each band of a picture of this height.
fn bands(height: u32) -> impl Iterator<Item = std::ops::Range<u32>> {
    (0..height)
        .step_by(BAND_ROWS as usize)
        .map(move |y| y..(y + BAND_ROWS).min(height))
}

#[cfg(test)]
mod tests;
