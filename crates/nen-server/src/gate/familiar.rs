//! Credentials that were good lately, and where they came from.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How long one is familiar after it was last good.
const LATELY: Duration = Duration::from_secs(24 * 3600);
/// As many are remembered.
const MOST: usize = 10_000;

/// By address and the SHA-256 of what was shown.
#[derive(Debug, Default)]
pub(super) struct Familiar(HashMap<(IpAddr, [u8; 32]), Instant>);

impl Familiar {
    pub(super) fn knows(&self, address: IpAddr, digest: [u8; 32], now: Instant) -> bool {
        let last = self.0.get(&(address, digest));
        last.is_some_and(|last| now.duration_since(*last) < LATELY)
    }

    /// Who comes when there is no room is not remembered; that matters only while their address is locked out.
    pub(super) fn remember(&mut self, address: IpAddr, digest: [u8; 32], now: Instant) {
        if self.0.len() >= MOST && !self.0.contains_key(&(address, digest)) {
            self.0.retain(|_, last| now.duration_since(*last) < LATELY);
            if self.0.len() >= MOST {
                return;
            }
        }
        self.0.insert((address, digest), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn what_was_good_is_known_where_it_was_for_a_while() {
        let (mut familiar, now) = (Familiar::default(), Instant::now());
        let here: IpAddr = Ipv4Addr::LOCALHOST.into();
        let there: IpAddr = Ipv4Addr::BROADCAST.into();
        familiar.remember(here, [1; 32], now);
        assert!(familiar.knows(here, [1; 32], now));
        assert!(!familiar.knows(there, [1; 32], now));
        assert!(!familiar.knows(here, [2; 32], now));
        assert!(!familiar.knows(here, [1; 32], now + LATELY));
    }
}
