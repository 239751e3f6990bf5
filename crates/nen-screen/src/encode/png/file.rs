use nen_protocol::Size;
use zlib_rs::adler32::adler32_combine;
use zlib_rs::crc32::crc32;

use super::Band;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Begins a zlib stream: deflate, a window of 32 KiB, no dictionary.
const ZLIB_HEAD: [u8; 2] = [0x78, 0x01];
/// An empty deflate block that says that it is the last.
const LAST_BLOCK: [u8; 2] = [0x03, 0x00];

/// Joins bands, from top to bottom, to a file. Each is an IDAT chunk of its own already, so this copies bytes and
/// computes next to nothing.
pub(super) fn write<'a>(size: Size, bands: impl Iterator<Item = &'a Band> + Clone) -> Vec<u8> {
    let length: usize = bands.clone().map(|band| band.chunk.len()).sum();
    let mut out = Vec::with_capacity(length + 128);
    out.extend_from_slice(&SIGNATURE);
    let [w, h] = [size.width.to_be_bytes(), size.height.to_be_bytes()];
    // Eight bits of each of red, green, blue; the only compression and filters there are; not interlaced.
    let head = [
        w[0], w[1], w[2], w[3], h[0], h[1], h[2], h[3], 8, 2, 0, 0, 0,
    ];
    out.extend(chunk(*b"IHDR", &head));
    out.extend(chunk(*b"IDAT", &ZLIB_HEAD));
    let mut sum = 1;
    for band in bands {
        out.extend_from_slice(&band.chunk);
        sum = adler32_combine(sum, band.adler, band.raw);
    }
    let mut tail = LAST_BLOCK.to_vec();
    tail.extend(sum.to_be_bytes());
    out.extend(chunk(*b"IDAT", &tail));
    out.extend(chunk(*b"IEND", &[]));
    out
}

/// A chunk of a PNG: length, name, bytes, checksum.
pub(super) fn chunk(name: [u8; 4], bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 12);
    // A chunk is some rows of a screen at most, and a screen has 7680 × 7680 pixels at most.
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend(name);
    out.extend_from_slice(bytes);
    let sum = crc32(0, &out[4..]);
    out.extend(sum.to_be_bytes());
    out
}
