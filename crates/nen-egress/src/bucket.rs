use std::time::{Duration, Instant};

/// How often something may be done: so many times at once, and from then on at a steady rate.
#[derive(Debug)]
pub(crate) struct Bucket {
    most: f64,
    per_second: f64,
    level: f64,
    at: Instant,
}

impl Bucket {
    pub fn new(most: u32, per_second: f64, now: Instant) -> Self {
        Self {
            most: f64::from(most),
            per_second,
            level: f64::from(most),
            at: now,
        }
    }

    /// Takes one away, or says how long to wait for one.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + passed * self.per_second).min(self.most);
        self.at = now;
        if self.level >= 1.0 {
            self.level -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64(
            (1.0 - self.level) / self.per_second,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_a_steady_rate() {
        let begun = Instant::now();
        let mut bucket = Bucket::new(3, 2.0, begun);
        let at = |ms| begun + Duration::from_millis(ms);
        assert!((0..3).all(|_| bucket.take(at(0)).is_ok()));
        assert_eq!(bucket.take(at(0)), Err(Duration::from_millis(500)));
        assert!(bucket.take(at(500)).is_ok());
        assert!(bucket.take(at(600)).is_err());
        let level = (0..10).filter(|_| bucket.take(at(60_000)).is_ok()).count();
        assert_eq!(level, 3);
    }
}
