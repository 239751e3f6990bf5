//! Where the time of a call went inside a desktop, as it stands in the header `Server-Timing`.

use std::time::Duration;

/// Longest header that is read, in bytes.
const LONGEST: usize = 256;

/// One part of a call, in the order in which a call of one action goes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waiting for the calls before it.
    Wait,
    /// Pressing, moving, running: the actions themselves.
    Input,
    /// Waiting until the screen had settled.
    Settle,
    /// Reading what was painted.
    Capture,
    /// Making an image of it.
    Encode,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [
        Self::Wait,
        Self::Input,
        Self::Settle,
        Self::Capture,
        Self::Encode,
    ];

    /// Its name in the header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Input => "input",
            Self::Settle => "settle",
            Self::Capture => "capture",
            Self::Encode => "encode",
        }
    }
}

/// How long each phase took, over all actions of a call. One that took no time did not happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phases([Duration; Phase::ALL.len()]);

impl Phases {
    /// Adds to a phase.
    pub fn add(&mut self, phase: Phase, time: Duration) {
        let sum = &mut self.0[phase as usize];
        *sum = sum.saturating_add(time);
    }

    /// Takes a phase out, where its time would tell of a secret.
    pub fn hide(&mut self, phase: Phase) {
        self.0[phase as usize] = Duration::ZERO;
    }

    /// How long a phase took; none when it did not happen.
    pub fn of(&self, phase: Phase) -> Option<Duration> {
        Some(self.0[phase as usize]).filter(|time| !time.is_zero())
    }

    /// The phases that happened, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (Phase, Duration)> + '_ {
        let all = Phase::ALL.into_iter();
        all.filter_map(|phase| Some((phase, self.of(phase)?)))
    }

    /// All of them together.
    pub fn sum(&self) -> Duration {
        let times = self.0.iter();
        times.fold(Duration::ZERO, |sum, time| sum.saturating_add(*time))
    }

    /// The value of the header: `wait;dur=0.041, input;dur=2.315`, in milliseconds. Empty when nothing happened.
    pub fn header(&self) -> String {
        let entry = |(phase, time): (Phase, Duration)| {
            format!("{};dur={:.3}", phase.as_str(), time.as_secs_f64() * 1000.0)
        };
        self.iter().map(entry).collect::<Vec<_>>().join(", ")
    }

    /// Reads what [`Phases::header`] writes, and nothing else: it comes from where hostile programs run. `None`: it was
    /// not written so.
    pub fn parse(header: &str) -> Option<Self> {
        if header.len() > LONGEST {
            return None;
        }
        let mut phases = Self::default();
        let mut rest = Phase::ALL.into_iter();
        for entry in header.split(", ") {
            let (name, milliseconds) = entry.split_once(";dur=")?;
            // In order, so none twice.
            let phase = rest.find(|phase| phase.as_str() == name)?;
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let (whole, fraction) = milliseconds.split_once('.')?;
            let plain = (1..=9).contains(&whole.len()) && fraction.len() == 3;
            if !(plain && digits(whole) && digits(fraction)) {
                return None;
            }
            let milliseconds: f64 = milliseconds.parse().ok()?;
            phases.add(phase, Duration::from_secs_f64(milliseconds / 1000.0));
        }
        Some(phases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut phases = Phases::default();
        phases.add(Phase::Encode, Duration::from_micros(1500));
        phases.add(Phase::Input, Duration::from_micros(250));
        phases.add(Phase::Input, Duration::from_millis(2));
        assert_eq!(phases.header(), "input;dur=2.250, encode;dur=1.500");
        assert_eq!(Phases::parse(&phases.header()), Some(phases));
        assert_eq!(phases.sum(), Duration::from_micros(3750));
        phases.hide(Phase::Input);
        assert_eq!(phases.header(), "encode;dur=1.500");
    }

    #[test]
    fn what_was_not_written_so_is_not_read() {
        for wrong in [
            "",
            "input",
            "input;dur=1",
            "input;dur=1.5",
            "input;dur=-1.500",
            "input;dur=NaN",
            "input;dur=1e3.000",
            "input;dur=9999999999.000",
            "input;dur=1.000;desc=\"typed text\"",
            "encode;dur=1.000, input;dur=1.000",
            "input;dur=1.000, input;dur=1.000",
            "other;dur=1.000",
        ] {
            assert_eq!(Phases::parse(wrong), None, "{wrong}");
        }
        let long = vec!["input;dur=1.000"; 100].join(", ");
        assert_eq!(Phases::parse(&long), None);
    }
}
