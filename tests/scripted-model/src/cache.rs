use std::collections::HashSet;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// How many blocks before a marker are looked through for what is in the cache.
const LOOKBACK: usize = 20;
/// Tokens of an image, roughly what a screenshot costs.
const IMAGE_TOKENS: u64 = 1400;

/// One block of a request, in the order in which a provider reads them.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) content: Value,
    /// Whether the caller asked for the cache to end here.
    pub(crate) marked: bool,
}

/// The prompt cache of a provider.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    prefixes: HashSet<[u8; 32]>,
}

/// Tokens of a request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Read {
    pub(crate) fresh: u64,
    pub(crate) cached: u64,
    pub(crate) written: u64,
}

impl Read {
    pub(crate) fn total(self) -> u64 {
        self.fresh + self.cached + self.written
    }
}

impl Cache {
    /// Reads a request by the rules of a provider whose callers mark what is to be cached: an entry is
    /// written at each mark, and found within a number of blocks before one.
    pub(crate) fn read_marked(&mut self, blocks: &[Block]) -> Read {
        let places = prefixes(blocks);
        let marks: Vec<usize> = (0..blocks.len()).filter(|at| blocks[*at].marked).collect();
        let found = marks
            .iter()
            .flat_map(|mark| mark.saturating_sub(LOOKBACK)..=*mark)
            .filter(|at| self.prefixes.contains(&places[*at].0))
            .max();
        let cached = found.map_or(0, |at| places[at].1);
        let marked = marks.last().map_or(0, |at| places[*at].1);
        let total = places.last().map_or(0, |place| place.1);
        self.prefixes.extend(marks.iter().map(|at| places[*at].0));
        Read {
            fresh: total - marked.max(cached),
            cached,
            written: marked.saturating_sub(cached),
        }
    }

    /// Reads a request by the rules of a provider that caches every prefix by itself.
    pub(crate) fn read_automatic(&mut self, blocks: &[Block]) -> Read {
        let places = prefixes(blocks);
        let found = places
            .iter()
            .rev()
            .find(|(hash, _)| self.prefixes.contains(hash));
        let cached = found.map_or(0, |(_, tokens)| *tokens);
        let total = places.last().map_or(0, |place| place.1);
        self.prefixes.extend(places.iter().map(|(hash, _)| *hash));
        Read {
            fresh: total - cached,
            cached,
            written: 0,
        }
    }
}

/// For each block a hash and the tokens of everything up to its end.
fn prefixes(blocks: &[Block]) -> Vec<([u8; 32], u64)> {
    let mut hash = Sha256::new();
    let mut tokens = 0;
    blocks
        .iter()
        .map(|block| {
            let text = block.content.to_string();
            hash.update(text.as_bytes());
            hash.update([0]);
            tokens += count(&block.content);
            (hash.clone().finalize().into(), tokens)
        })
        .collect()
}

/// Tokens of some content: four characters are one, and an image has a price of its own.
pub(crate) fn count(content: &Value) -> u64 {
    match content {
        Value::String(text) if text.len() > 64 && is_image(text) => IMAGE_TOKENS,
        Value::String(text) => text.len() as u64 / 4 + 1,
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 1,
    }
}

fn is_image(text: &str) -> bool {
    let data = text.split_once(";base64,").map_or(text, |(_, data)| data);
    data.starts_with("iVBORw0KGgo") || data.starts_with("/9j/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Block, Cache};

    fn blocks(texts: &[(&str, bool)]) -> Vec<Block> {
        let block = |(text, marked): &(&str, bool)| Block {
            content: json!(text.repeat(400)),
            marked: *marked,
        };
        texts.iter().map(block).collect()
    }

    #[test]
    fn a_marked_prefix_is_read_from_the_cache_and_a_changed_one_is_not() {
        let mut cache = Cache::default();
        let first = cache.read_marked(&blocks(&[("a", true), ("b", true), ("c", false)]));
        assert_eq!((first.cached, first.written, first.fresh), (0, 202, 101));
        let longer = blocks(&[("a", true), ("b", false), ("c", false), ("d", true)]);
        let second = cache.read_marked(&longer);
        assert_eq!((second.cached, second.written, second.fresh), (202, 202, 0));
        let third = cache.read_marked(&blocks(&[("a", true), ("x", false), ("c", true)]));
        assert_eq!((third.cached, third.written), (101, 202));
        let unmarked = cache.read_marked(&blocks(&[("a", false)]));
        assert_eq!((unmarked.cached, unmarked.fresh), (0, 101));
    }

    #[test]
    fn a_provider_that_caches_by_itself_finds_the_longest_prefix() {
        let mut cache = Cache::default();
        cache.read_automatic(&blocks(&[("a", false), ("b", false)]));
        let read = cache.read_automatic(&blocks(&[("a", false), ("b", false), ("c", false)]));
        assert_eq!((read.cached, read.fresh), (202, 101));
    }
}
