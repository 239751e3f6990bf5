//! So many requests per second, for each of many.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

/// From so many on, those who have not come for a while are forgotten.
const MANY: usize = 4096;

/// A limit for each `K`.
pub(super) struct Rate<K: Hash + Eq + Clone>(Option<DefaultKeyedRateLimiter<K>>);

impl<K: Hash + Eq + Clone> fmt::Debug for Rate<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rate").finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// So many a second, and `at_once` after a silence. 0: as many as come.
    pub(super) fn new(per_second: u32, at_once: u32) -> Self {
        let numbers = NonZeroU32::new(per_second).zip(NonZeroU32::new(at_once));
        Self(numbers.map(|(per_second, at_once)| {
            RateLimiter::keyed(Quota::per_second(per_second).allow_burst(at_once))
        }))
    }

    /// One more; or how long until there may be one.
    pub(super) fn take<Q>(&self, who: &Q) -> Result<(), Duration>
    where
        Q: ToOwned<Owned = K> + ?Sized,
        K: Borrow<Q>,
    {
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        if limiter.len() > MANY {
            limiter.retain_recent();
        }
        limiter
            .check_key(&who.to_owned())
            .map_err(|not_yet| not_yet.wait_time_from(DefaultClock::default().now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_limit_of_its_own() {
        let rate: Rate<String> = Rate::new(1, 3);
        for _ in 0..3 {
            assert_eq!(rate.take("a"), Ok(()));
        }
        let wait = rate.take("a").unwrap_err();
        assert!(
            wait > Duration::ZERO && wait <= Duration::from_secs(1),
            "{wait:?}"
        );
        assert_eq!(rate.take("b"), Ok(()));
    }

    #[test]
    fn none_is_no_limit_and_the_quiet_are_forgotten() {
        let none: Rate<String> = Rate::new(0, 0);
        let fast: Rate<u32> = Rate::new(1_000_000, 1_000_000);
        for n in 0..100_000 {
            assert_eq!(none.take("a"), Ok(()));
            assert_eq!(fast.take(&n), Ok(()));
        }
        assert!(fast.0.unwrap().len() < 50_000);
    }
}
