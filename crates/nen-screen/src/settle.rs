//! Judges whether a screen has settled, from its damage alone.

use std::time::{Duration, Instant};

use nen_protocol::execute::Settle;

use crate::Rect;

/// Damage up to this many pixels may be a caret, a clock or a spinner.
const SMALL_AREA: u64 = 48 * 48;
/// So often a small place must have been painted before its painting is no activity any more.
const REPEATS: usize = 2;

/// Watches damage after an action. Small damage that repeats at a place does not keep the screen from
/// settling, so a blinking caret or a running clock never holds it open.
#[derive(Debug)]
pub struct Tracker {
    settle: Settle,
    begun: Instant,
    /// When the screen was last seen to change in a way that counts.
    active: Instant,
    /// Small places painted so far, with how often.
    small: Vec<(Rect, usize)>,
}

/// How settling ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// From the end of the action to the settled screen.
    pub after: Duration,
    /// Whether the screen was still changing at the deadline.
    pub timed_out: bool,
}

impl Tracker {
    /// Begins to watch after an action that ended at `begun` and whose input was read by `read`: what a
    /// program has not read yet it cannot have painted.
    pub fn new(settle: Settle, begun: Instant, read: Instant) -> Self {
        Self {
            settle,
            begun,
            active: read,
            small: Vec::new(),
        }
    }

    /// When the screen counts as settled if nothing is painted until then, or the wait ends anyway.
    pub fn deadline(&self) -> Instant {
        self.quiet_at().min(self.last_at())
    }

    fn quiet_at(&self) -> Instant {
        self.active + Duration::from_millis(u64::from(self.settle.quiet_ms))
    }

    fn last_at(&self) -> Instant {
        self.begun + Duration::from_millis(u64::from(self.settle.max_ms))
    }

    /// Takes note of damage.
    pub fn painted(&mut self, areas: &[Rect], now: Instant) {
        // Not `any`: every area must be counted, also after one that was activity.
        let mut active = false;
        for area in areas {
            active |= self.counts(*area);
        }
        if active {
            self.active = now;
        }
    }

    fn counts(&mut self, area: Rect) -> bool {
        if area.area() > SMALL_AREA {
            return true;
        }
        match self.small.iter_mut().find(|(seen, _)| seen.overlaps(area)) {
            None => {
                self.small.push((area, 1));
                true
            }
            Some((seen, times)) => {
                let grown = seen.union(area);
                if grown.area() > SMALL_AREA {
                    // A place that wanders is an animation across the screen, not a caret.
                    *seen = area;
                    *times = 1;
                    return true;
                }
                *seen = grown;
                *times += 1;
                *times <= REPEATS
            }
        }
    }

    /// The outcome, if the screen has settled or time is up.
    pub fn settled(&self, now: Instant) -> Option<Settled> {
        let timed_out = now < self.quiet_at();
        (now >= self.deadline()).then(|| Settled {
            after: now.duration_since(self.begun),
            timed_out,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CARET: Rect = Rect {
        x: 100,
        y: 100,
        width: 2,
        height: 18,
    };
    const PAGE: Rect = Rect {
        x: 0,
        y: 0,
        width: 800,
        height: 600,
    };

    /// Feeds damage at times in milliseconds and says when it settles.
    fn run(events: &[(u64, Rect)]) -> (u64, bool) {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut tracker = Tracker::new(
            Settle {
                quiet_ms: 80,
                max_ms: 2000,
            },
            start,
            start,
        );
        for (ms, area) in events {
            if let Some(done) = tracker
                .settled(tracker.deadline())
                .filter(|_| tracker.deadline() <= at(*ms))
            {
                return (done.after.as_millis() as u64, done.timed_out);
            }
            tracker.painted(&[*area], at(*ms));
        }
        let done = tracker.settled(tracker.deadline()).unwrap();
        (done.after.as_millis() as u64, done.timed_out)
    }

    #[test]
    fn nothing_painted_settles_after_the_quiet_time() {
        assert_eq!(run(&[]), (80, false));
    }

    #[test]
    fn painting_starts_the_quiet_time_again() {
        assert_eq!(run(&[(50, PAGE), (100, PAGE)]), (180, false));
    }

    #[test]
    fn a_screen_that_never_rests_times_out() {
        let film: Vec<_> = (0..200).map(|n| (n * 16, PAGE)).collect();
        assert_eq!(run(&film), (2000, true));
    }

    #[test]
    fn a_fast_caret_does_not_hold_it_open() {
        let caret: Vec<_> = (0..200).map(|n| (n * 40, CARET)).collect();
        assert_eq!(run(&caret), (120, false));
    }

    #[test]
    fn two_spinners_do_not_hold_it_open_and_a_page_between_them_counts() {
        let other = Rect { x: 500, ..CARET };
        let mut events: Vec<_> = (0..200)
            .map(|n| (n * 20, if n % 2 == 0 { CARET } else { other }))
            .collect();
        events.insert(6, (110, PAGE));
        assert_eq!(run(&events), (190, false));
    }

    #[test]
    fn something_small_that_wanders_counts() {
        let mover: Vec<_> = (0..100)
            .map(|n| {
                (
                    n * 16,
                    Rect {
                        x: n as u32 * 10,
                        ..CARET
                    },
                )
            })
            .collect();
        let (after, _) = run(&mover);
        assert!(after > 1500, "{after}");
    }

    /// Damage of any size at times from the end of an action on, in milliseconds.
    fn damage() -> impl Strategy<Value = Vec<(u64, Rect)>> {
        let area =
            (0u32..1200, 0u32..700, 1u32..200, 1u32..200).prop_map(|(x, y, width, height)| Rect {
                x,
                y,
                width,
                height,
            });
        prop::collection::vec((0u64..60, area), 0..60).prop_map(|gaps| {
            let mut at = 0;
            gaps.into_iter()
                .map(|(gap, area)| {
                    at += gap;
                    (at, area)
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn it_settles_between_the_quiet_time_and_the_last_and_never_during_activity(events in damage()) {
            let (after, timed_out) = run(&events);
            prop_assert!((80..=2000).contains(&after), "{after}");
            if timed_out {
                prop_assert_eq!(after, 2000);
                prop_assert!(events.iter().any(|(at, _)| (1920..2000).contains(at)));
            }
            let large = events.iter().filter(|(_, area)| area.area() > SMALL_AREA);
            for (at, _) in large.filter(|(at, _)| *at < after) {
                prop_assert!(after >= (at + 80).min(2000), "{at} {after}");
            }
        }

        #[test]
        fn painting_never_ends_the_wait_sooner(events in damage()) {
            let start = Instant::now();
            let mut tracker = Tracker::new(Settle { quiet_ms: 80, max_ms: 2000 }, start, start);
            for (at, area) in events {
                let before = tracker.deadline();
                tracker.painted(&[area], start + Duration::from_millis(at));
                prop_assert!(tracker.deadline() >= before);
            }
        }
    }
}
