//! How long to wait before what failed is tried again.

use std::time::Duration;

use tokio::time::Instant;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// Failures in a row, each followed by a longer wait than the one before.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    last: Option<Failure>,
}

#[derive(Debug)]
struct Failure {
    reason: String,
    delay: Duration,
    /// When it may be tried again.
    retry: Instant,
}

impl Backoff {
    /// Notes a failure. `true`: its reason is a new one, worth a line in the log.
    pub fn failed(&mut self, reason: String, now: Instant) -> bool {
        // One long after another is not the same trouble going on.
        let before = self
            .last
            .take()
            .filter(|last| now.saturating_duration_since(last.retry) < LONGEST);
        let delay = before
            .as_ref()
            .map_or(SHORTEST, |last| (last.delay * 2).min(LONGEST));
        let is_new = before.is_none_or(|last| last.reason != reason);
        self.last = Some(Failure {
            reason,
            delay,
            retry: now + delay,
        });
        is_new
    }

    /// When to try again, while that is ahead.
    pub fn until(&self, now: Instant) -> Option<Instant> {
        self.last
            .as_ref()
            .map(|last| last.retry)
            .filter(|retry| *retry > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_minute_and_each_reason_is_told_once() {
        let (mut backoff, mut now) = (Backoff::default(), Instant::now());
        assert_eq!(backoff.until(now), None);
        let mut waits = Vec::new();
        for number in 0..8 {
            assert_eq!(backoff.failed("no X server".to_owned(), now), number == 0);
            let until = backoff.until(now).unwrap();
            waits.push((until - now).as_secs());
            now = until;
            assert_eq!(backoff.until(now), None, "it may be tried now");
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert!(backoff.failed("no space".to_owned(), now));
        assert!(!backoff.failed("no space".to_owned(), now));
    }

    #[test]
    fn after_a_calm_time_it_begins_again() {
        let (mut backoff, now) = (Backoff::default(), Instant::now());
        backoff.failed("x".to_owned(), now);
        backoff.failed("x".to_owned(), now);
        let later = now + Duration::from_secs(300);
        assert!(backoff.failed("x".to_owned(), later));
        assert_eq!(backoff.until(later), Some(later + SHORTEST));
    }
}
