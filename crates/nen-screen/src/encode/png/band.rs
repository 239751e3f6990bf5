use zlib_rs::adler32::adler32;

use super::EncodeError;
use super::compressor::{Compressor, Effort, FAR, FINE, QUICK, Way};
use super::file::chunk;
use super::filter::{self, Content};

/// Some rows of a picture, compressed.
#[derive(Debug, Clone)]
pub(super) struct Band {
    /// A whole IDAT chunk.
    pub(super) chunk: Vec<u8>,
    /// Of the filtered rows, for the checksum over all of them.
    pub(super) adler: u32,
    /// Bytes of the filtered rows.
    pub(super) raw: u64,
    /// How hard was tried.
    pub(super) effort: Effort,
}

/// A filter, and the way that suits what it is good for.
type Trial = (fn(&[u8], usize, &mut Vec<u8>), Way);

const DRAWN: Trial = (filter::as_they_are, FAR);
const FLAT: Trial = (filter::from_the_left, FINE);
const PHOTOGRAPH: Trial = (filter::smallest, FINE);

impl Band {
    /// Compresses rows of red, green, blue while somebody waits.
    pub(super) fn quick(
        rows: &[u8],
        stride: usize,
        filtered: &mut Vec<u8>,
        compressor: &mut Compressor,
    ) -> Result<Self, EncodeError> {
        match filter::content(rows, stride) {
            Content::Drawn => filter::as_they_are(rows, stride, filtered),
            Content::Smooth => filter::from_the_left(rows, stride, filtered),
        }
        Self::of(filtered, QUICK, Effort::Quick, compressor)
    }

    /// Tries the filters quickly, and thoroughly what was best.
    pub(super) fn thorough(rows: &[u8], stride: usize) -> Result<Self, EncodeError> {
        let (mut compressor, mut filtered) = (Compressor::default(), Vec::new());
        let (mut best, mut least) = (DRAWN, usize::MAX);
        for trial in [DRAWN, FLAT, PHOTOGRAPH] {
            trial.0(rows, stride, &mut filtered);
            let length = compressor.compress(&filtered, QUICK)?.len();
            if length < least {
                (best, least) = (trial, length);
            }
        }
        best.0(rows, stride, &mut filtered);
        Self::of(&filtered, best.1, Effort::Thorough, &mut compressor)
    }

    fn of(
        filtered: &[u8],
        way: Way,
        effort: Effort,
        compressor: &mut Compressor,
    ) -> Result<Self, EncodeError> {
        Ok(Self {
            adler: adler32(1, filtered),
            raw: filtered.len() as u64,
            chunk: chunk(*b"IDAT", compressor.compress(filtered, way)?),
            effort,
        })
    }
}
