//! Addresses from which wrong keys come.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Within this time so many wrong ones are too many.
const WITHIN: Duration = Duration::from_secs(60);
/// The first lock-out; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(60);
/// The longest.
const LONGEST: Duration = Duration::from_secs(3600);
/// After this long without a wrong one everything is forgiven.
const FORGIVEN: Duration = Duration::from_secs(2 * 3600);
/// Addresses that are remembered at most.
const MOST: usize = 10_000;

/// Counts wrong ones by address.
#[derive(Debug)]
pub(super) struct Guesses {
    /// So many are too many. 0: never.
    many: u32,
    by_address: HashMap<IpAddr, Guesser>,
}

#[derive(Debug)]
struct Guesser {
    wrong: u32,
    /// When counting began.
    since: Instant,
    last: Instant,
    /// Locked out until then, for the so-many-th time.
    locked: Option<Instant>,
    times: u32,
}

impl Guesses {
    pub(super) fn new(many: u32) -> Self {
        Self {
            many,
            by_address: HashMap::new(),
        }
    }

    /// How long this address is still locked out.
    pub(super) fn locked_out(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let until = self.by_address.get(&address)?.locked?;
        until
            .checked_duration_since(now)
            .filter(|left| !left.is_zero())
    }

    /// One more wrong one. Answers how long the address is locked out, when this one did it.
    pub(super) fn wrong(&mut self, address: IpAddr, now: Instant) -> Option<Duration> {
        if self.many == 0 {
            return None;
        }
        if self.by_address.len() >= MOST && !self.by_address.contains_key(&address) {
            self.make_room(now);
        }
        let guesser = self.by_address.entry(address).or_insert(Guesser {
            wrong: 0,
            since: now,
            last: now,
            locked: None,
            times: 0,
        });
        if now.duration_since(guesser.last) > FORGIVEN {
            guesser.times = 0;
        }
        if now.duration_since(guesser.since) > WITHIN {
            (guesser.wrong, guesser.since) = (0, now);
        }
        guesser.last = now;
        guesser.wrong += 1;
        if guesser.wrong < self.many {
            return None;
        }
        let longer = 1 << guesser.times.min(16);
        let length = FIRST.saturating_mul(longer).min(LONGEST);
        (guesser.wrong, guesser.since) = (0, now + length);
        guesser.locked = Some(now + length);
        guesser.times += 1;
        Some(length)
    }

    /// Forgets those that nothing has come from for long, or else the one that was quiet longest.
    fn make_room(&mut self, now: Instant) {
        self.by_address.retain(|_, guesser| {
            now.duration_since(guesser.last) < WITHIN
                || guesser.locked.is_some_and(|until| until > now)
        });
        if self.by_address.len() >= MOST {
            let quiet = self.by_address.iter().min_by_key(|(_, g)| g.last);
            if let Some(address) = quiet.map(|(address, _)| *address) {
                self.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const GUESSER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn after(seconds: u64, start: Instant) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn many_within_a_minute_lock_an_address_out_and_nobody_else() {
        let (mut guesses, start) = (Guesses::new(3), Instant::now());
        assert_eq!(guesses.wrong(GUESSER, start), None);
        assert_eq!(guesses.wrong(GUESSER, after(1, start)), None);
        assert_eq!(guesses.locked_out(GUESSER, after(1, start)), None);
        assert_eq!(guesses.wrong(GUESSER, after(2, start)), Some(FIRST));
        let left = guesses.locked_out(GUESSER, after(32, start));
        assert_eq!(left, Some(Duration::from_secs(30)));
        assert_eq!(guesses.locked_out(OTHER, after(32, start)), None);
        assert_eq!(guesses.locked_out(GUESSER, after(62, start)), None);
    }

    #[test]
    fn a_few_over_a_long_time_are_mistakes() {
        let (mut guesses, start) = (Guesses::new(3), Instant::now());
        for n in 0..100 {
            assert_eq!(guesses.wrong(GUESSER, after(n * 31, start)), None);
        }
    }

    #[test]
    fn who_goes_on_waits_longer_each_time_and_is_forgiven_in_the_end() {
        let (mut guesses, mut now) = (Guesses::new(1), Instant::now());
        for expected in [60, 120, 240, 480, 960, 1920, 3600, 3600] {
            let length = guesses.wrong(GUESSER, now).unwrap();
            assert_eq!(length.as_secs(), expected);
            now = now + length + Duration::from_secs(1);
        }
        now = now + FORGIVEN + Duration::from_secs(1);
        assert_eq!(guesses.wrong(GUESSER, now), Some(FIRST));
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let (mut guesses, now) = (Guesses::new(2), Instant::now());
        for n in 0..MOST as u32 + 100 {
            guesses.wrong(Ipv4Addr::from_bits(n).into(), now);
        }
        assert_eq!(guesses.by_address.len(), MOST);
    }

    #[test]
    fn none_is_never() {
        let mut guesses = Guesses::new(0);
        for _ in 0..1000 {
            assert_eq!(guesses.wrong(GUESSER, Instant::now()), None);
        }
    }
}
