use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status};

use super::EncodeError;

/// Deflate's largest window; negative for a stream without zlib's head and checksum.
const WINDOW_BITS: i32 = -15;

/// How hard bytes are squeezed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Whoever asked is waiting.
    Quick,
    /// Nobody is waiting.
    Thorough,
}

/// A way of deflate. The numbers were found by trying all of them on pages of text, code, shops and photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    level: i32,
    /// Sets how soon a block ends and new codes begin.
    memory: i32,
}

/// The fastest level that makes its own Huffman codes: for text 10 % more bytes than level 6 in half the time, where
/// level 1 is a quarter larger.
pub(super) const QUICK: Way = Way {
    level: 2,
    memory: 8,
};
/// Looks for matches longest of all, and in text that repeats it finds them: 15 % fewer bytes than level 8.
pub(super) const FAR: Way = Way {
    level: 9,
    memory: 8,
};
/// For photographs, where level 8 finds 1 % more in twice the time, and short blocks suit each part best.
pub(super) const FINE: Way = Way {
    level: 7,
    memory: 7,
};

/// Compresses one thing after the other in the memory of the first.
pub(super) struct Compressor {
    deflate: Deflate,
    way: Way,
    out: Vec<u8>,
}

impl Default for Compressor {
    fn default() -> Self {
        Self {
            deflate: deflate(QUICK),
            way: QUICK,
            out: Vec::new(),
        }
    }
}

fn deflate(way: Way) -> Deflate {
    Deflate::new_with_config(DeflateConfig {
        level: way.level,
        mem_level: way.memory,
        window_bits: WINDOW_BITS,
        ..DeflateConfig::default()
    })
}

impl Compressor {
    /// Raw deflate of some bytes that refers to nothing before it and ends at a byte, without a last block.
    pub(super) fn compress(&mut self, bytes: &[u8], way: Way) -> Result<&[u8], EncodeError> {
        let failed = |reason: String| EncodeError::new("PNG", reason);
        if self.way == way {
            self.deflate.reset();
        } else {
            (self.deflate, self.way) = (deflate(way), way);
        }
        // What does not compress is stored, with five bytes for each block, and a block is 16 KiB at least.
        self.out.resize(bytes.len() + bytes.len() / 256 + 1024, 0);
        let status = self
            .deflate
            .compress(bytes, &mut self.out, DeflateFlush::FullFlush)
            .map_err(|error| failed(error.as_str().to_owned()))?;
        let (taken, written) = (
            self.deflate.total_in() as usize,
            self.deflate.total_out() as usize,
        );
        if status != Status::Ok || taken != bytes.len() || written >= self.out.len() {
            return Err(failed(format!(
                "deflate took {taken} of {} bytes",
                bytes.len()
            )));
        }
        Ok(&self.out[..written])
    }
}
