//! What was denied, counted until it is told.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use nen_protocol::network::{Denied, DeniedReason};

use crate::bucket::Bucket;

/// Different things that are counted each by itself.
const KINDS: usize = 64;

/// Reports at once, and reports a second after that: whatever is tried, watchers still see what else happens.
const BURST: u32 = 20;
const PER_SECOND: f64 = 1.0;

/// Time from one report of the same thing to the next.
const AGAIN: Duration = Duration::from_secs(10);

/// Denied attempts, each kind with how often, until they are told.
#[derive(Debug)]
pub(crate) struct Tally {
    kinds: VecDeque<Kind>,
    /// Attempts beyond the kinds that are counted.
    others: u64,
    rate: Bucket,
}

#[derive(Debug)]
struct Kind {
    what: Denied,
    not_before: Instant,
    told: bool,
}

impl Tally {
    pub fn new(now: Instant) -> Self {
        Self {
            kinds: VecDeque::new(),
            others: 0,
            rate: Bucket::new(BURST, PER_SECOND, now),
        }
    }

    /// Counts an attempt; what `count` says does not matter.
    pub fn note(&mut self, mut what: Denied, now: Instant) {
        if let Some(kind) = self.kind(&what) {
            kind.what.count += 1;
            return;
        }
        self.kinds
            .retain(|kind| kind.what.count > 0 || kind.not_before > now);
        if self.kinds.len() == KINDS {
            // One that has been told makes room.
            let told = self.kinds.iter().position(|kind| kind.what.count == 0);
            match told {
                Some(at) => drop(self.kinds.remove(at)),
                None => {
                    self.others += 1;
                    return;
                }
            }
        }
        what.count = 1;
        self.kinds.push_back(Kind {
            what,
            not_before: now,
            told: false,
        });
    }

    /// What is to be told now. Or when to ask again; never, before the next [`Tally::note`].
    pub fn next(&mut self, now: Instant) -> Result<Denied, Option<Instant>> {
        let counted = self.kinds.iter().filter(|kind| kind.what.count > 0);
        let soonest = counted.map(|kind| kind.not_before).min();
        if self.others == 0 && soonest.is_none_or(|at| at > now) {
            return Err(soonest);
        }
        self.rate.take(now).map_err(|wait| Some(now + wait))?;
        // What is new goes before what is known.
        let due = self
            .kinds
            .iter_mut()
            .filter(|kind| kind.what.count > 0 && kind.not_before <= now)
            .min_by_key(|kind| (kind.told, kind.not_before));
        Ok(match due {
            Some(kind) => {
                kind.told = true;
                kind.not_before = now + AGAIN;
                let told = kind.what.clone();
                kind.what.count = 0;
                told
            }
            None => Denied {
                name: None,
                address: None,
                port: None,
                protocol: None,
                reason: None,
                count: std::mem::take(&mut self.others),
            },
        })
    }

    /// Takes back what could not be told.
    pub fn put_back(&mut self, told: &Denied) {
        match self.kind(told) {
            Some(kind) => kind.what.count += told.count,
            None => self.others += told.count,
        }
    }

    fn kind(&mut self, what: &Denied) -> Option<&mut Kind> {
        let wanted = key(what);
        self.kinds.iter_mut().find(|kind| key(&kind.what) == wanted)
    }
}

/// What tells one kind of attempt from another.
type Key<'a> = (
    Option<&'a str>,
    Option<Ipv4Addr>,
    Option<u16>,
    Option<&'a str>,
    Option<DeniedReason>,
);

fn key(what: &Denied) -> Key<'_> {
    (
        what.name.as_deref(),
        what.address,
        what.port,
        what.protocol.as_deref(),
        what.reason,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(name: &str) -> Denied {
        Denied {
            name: Some(name.to_owned()),
            address: None,
            port: None,
            protocol: Some("dns".to_owned()),
            reason: None,
            count: 0,
        }
    }

    fn told(tally: &mut Tally, now: Instant) -> Vec<(Option<String>, u64)> {
        std::iter::from_fn(|| tally.next(now).ok())
            .map(|denied| (denied.name, denied.count))
            .collect()
    }

    #[test]
    fn the_same_is_told_at_once_and_then_with_its_count() {
        let begun = Instant::now();
        let mut tally = Tally::new(begun);
        tally.note(denied("a"), begun);
        assert_eq!(told(&mut tally, begun), [(Some("a".into()), 1)]);
        for _ in 0..1000 {
            tally.note(denied("a"), begun);
        }
        tally.note(denied("b"), begun);
        assert_eq!(told(&mut tally, begun), [(Some("b".into()), 1)]);
        assert_eq!(tally.next(begun).unwrap_err(), Some(begun + AGAIN));
        assert_eq!(told(&mut tally, begun + AGAIN), [(Some("a".into()), 1000)]);
        assert_eq!(tally.next(begun + AGAIN).unwrap_err(), None);
    }

    #[test]
    fn what_is_new_is_told_before_what_is_known() {
        let begun = Instant::now();
        let mut tally = Tally::new(begun);
        for number in 0..BURST {
            tally.note(denied(&number.to_string()), begun);
        }
        assert_eq!(told(&mut tally, begun).len(), BURST as usize);
        let later = begun + AGAIN;
        for number in 0..BURST {
            tally.note(denied(&number.to_string()), later);
        }
        tally.note(denied("new"), later);
        assert_eq!(told(&mut tally, later)[0], (Some("new".into()), 1));
    }

    #[test]
    fn a_flood_is_bounded_and_nothing_of_it_is_lost_from_the_count() {
        let begun = Instant::now();
        let mut tally = Tally::new(begun);
        for number in 0..100_000 {
            tally.note(denied(&number.to_string()), begun);
        }
        assert!(tally.kinds.len() <= KINDS);
        let mut all = told(&mut tally, begun);
        assert_eq!(all.len(), BURST as usize);
        let mut now = begun;
        for _ in 0..60 {
            now += Duration::from_secs(2);
            let more = told(&mut tally, now);
            assert!(more.len() <= 2);
            all.extend(more);
        }
        assert_eq!(all.iter().map(|(_, count)| count).sum::<u64>(), 100_000);
        assert!(
            all.iter()
                .any(|(name, count)| name.is_none() && *count > 90_000)
        );
    }

    #[test]
    fn what_could_not_be_told_is_told_later() {
        let begun = Instant::now();
        let mut tally = Tally::new(begun);
        tally.note(denied("a"), begun);
        let first = tally.next(begun).unwrap();
        tally.note(denied("a"), begun);
        tally.put_back(&first);
        assert_eq!(told(&mut tally, begun + AGAIN), [(Some("a".into()), 2)]);
    }
}
