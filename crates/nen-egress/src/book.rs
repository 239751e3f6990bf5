//! Which addresses are let through, and until when.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

/// How long the kernel lets an address through.
pub(crate) const LIFE: Duration = Duration::from_secs(1800);

/// How long it does at least after each answer with it. Twice as long is less than [`LIFE`] by a little: so an address has
/// left one set when it is put into that set again.
const LEAST: Duration = Duration::from_secs(880);

/// Longest that an answer may be remembered by whoever asked, in seconds.
pub(crate) const LONGEST_TTL: u32 = 300;

/// Entries above which those that are over are looked for.
const MANY: usize = 1024;

/// An address, at this port or at all of them.
pub(crate) type Key = (Ipv4Addr, Option<u16>);

/// What stands in the kernel's sets.
#[derive(Debug, Default)]
pub(crate) struct Book(HashMap<Key, Place>);

#[derive(Debug, Clone, Copy)]
struct Place {
    set: usize,
    until: Instant,
}

impl Book {
    /// Which of the two sets a key has to be put into now. None: it is let through for long enough.
    pub fn lacks(&self, key: Key, now: Instant) -> Option<usize> {
        match self.0.get(&key) {
            Some(place) if place.until >= now + LEAST => None,
            Some(place) => Some(1 - place.set),
            None => Some(0),
        }
    }

    /// It has been put there.
    pub fn enter(&mut self, key: Key, set: usize, now: Instant) {
        if self.0.len() >= MANY {
            self.0.retain(|_, place| place.until > now);
        }
        let until = now + LIFE;
        self.0.insert(key, Place { set, until });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_never_put_where_it_still_is_and_never_missing() {
        let begun = Instant::now();
        let key = (Ipv4Addr::new(203, 0, 113, 9), Some(443));
        let mut book = Book::default();
        let mut sets = [begun, begun];
        for seconds in (0..40_000).step_by(7) {
            let now = begun + Duration::from_secs(seconds);
            if let Some(set) = book.lacks(key, now) {
                assert!(sets[set] <= now, "it is still in set {set}");
                sets[set] = now + LIFE;
                book.enter(key, set, now);
            }
            let longest = u64::from(LONGEST_TTL);
            assert!(
                sets.iter()
                    .any(|until| *until >= now + Duration::from_secs(longest))
            );
        }
    }
}
