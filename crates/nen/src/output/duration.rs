//! Lengths of time as people read them.

/// `840 ms`, `12.3 s`, `1m 23s`, `2h 05m`.
pub fn human_seconds(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    if seconds < 0.9995 {
        return format!("{:.0} ms", seconds * 1000.0);
    }
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and what does not fit is cut to the largest"
    )]
    let whole = seconds.round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, minutes, seconds) => format!("{minutes}m {seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h {minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::human_seconds;

    #[test]
    fn lengths_read_well() {
        for (seconds, text) in [
            (-1.0, "0 ms"),
            (0.0424, "42 ms"),
            (0.9999, "1.0 s"),
            (12.34, "12.3 s"),
            (59.97, "1m 00s"),
            (83.0, "1m 23s"),
            (3599.6, "1h 00m"),
            (7500.0, "2h 05m"),
        ] {
            assert_eq!(human_seconds(seconds), text, "{seconds}");
        }
    }
}
