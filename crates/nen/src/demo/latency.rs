//! How long calls took.

use std::time::Duration;

/// Times of many calls of one kind.
#[derive(Clone, Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Adds the time of one call.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that this share of the calls (0 to 1) did not exceed, by the nearest-rank method.
    pub fn percentile(&self, share: f64) -> Option<Duration> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank among a few hundred"
        )]
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.max(1) - 1).copied()
    }
}

/// `1.2 ms`, `34 ms`, `2.31 s`.
pub fn human_duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        s if s < 0.01 => format!("{:.1} ms", s * 1e3),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_happened() {
        let mut times = Latencies::default();
        assert_eq!(times.percentile(0.5), None);
        for ms in [5, 1, 4, 2, 3] {
            times.add(Duration::from_millis(ms));
        }
        assert_eq!(times.percentile(0.5), Some(Duration::from_millis(3)));
        assert_eq!(times.percentile(0.95), Some(Duration::from_millis(5)));
        assert_eq!(times.percentile(0.0), Some(Duration::from_millis(1)));
        assert_eq!(times.len(), 5);
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(human_duration(Duration::from_micros(1_234)), "1.2 ms");
        assert_eq!(human_duration(Duration::from_micros(34_400)), "34 ms");
        assert_eq!(human_duration(Duration::from_millis(2_310)), "2.31 s");
    }
}
