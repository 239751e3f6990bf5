//! Points in time as people read them.

use jiff::{Timestamp, Unit, tz::TimeZone};

/// Now, in Unix seconds with fraction.
pub fn now() -> f64 {
    Timestamp::now().as_duration().as_secs_f64()
}

/// How long ago a moment was (both in Unix seconds): "just now", "2m ago", "5h ago", "3d ago", the date after a month.
pub fn relative(then: f64, now: f64) -> String {
    let age = now - then;
    let ago =
        |seconds_each: f64, unit: &str| format!("{:.0}{unit} ago", (age / seconds_each).floor());
    match age {
        // A desktop's clock may be a little ahead of ours.
        a if a < -60.0 => local_rfc3339(then),
        a if a < 60.0 => "just now".into(),
        a if a < 3600.0 => ago(60.0, "m"),
        a if a < 86_400.0 => ago(3600.0, "h"),
        a if a < 30.0 * 86_400.0 => ago(86_400.0, "d"),
        _ => local_rfc3339(then).chars().take(10).collect(),
    }
}

/// Unix seconds as RFC 3339 in the local time zone with its offset, whole seconds.
pub fn local_rfc3339(unix_seconds: f64) -> String {
    in_zone(unix_seconds, TimeZone::system())
}

/// Unix seconds as the time of day in the local time zone, with milliseconds.
pub fn local_clock(unix_seconds: f64) -> String {
    match at(unix_seconds) {
        Some(at) => at
            .to_zoned(TimeZone::system())
            .strftime("%H:%M:%S%.3f")
            .to_string(),
        None => format!("{unix_seconds}"),
    }
}

fn in_zone(unix_seconds: f64, zone: TimeZone) -> String {
    let Some(at) = at(unix_seconds) else {
        return format!("{unix_seconds}");
    };
    let at = at.to_zoned(zone);
    let whole = at.round(Unit::Second).unwrap_or(at);
    whole.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn at(unix_seconds: f64) -> Option<Timestamp> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of a date fit an i64"
    )]
    let millis = (unix_seconds * 1000.0).round() as i64;
    Timestamp::from_millisecond(millis).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_well() {
        let now = 1_750_000_000.0;
        assert_eq!(relative(now, now), "just now");
        assert_eq!(relative(now + 5.0, now), "just now");
        assert_eq!(relative(now - 59.9, now), "just now");
        assert_eq!(relative(now - 60.0, now), "1m ago");
        assert_eq!(relative(now - 150.0, now), "2m ago");
        assert_eq!(relative(now - 3599.0, now), "59m ago");
        assert_eq!(relative(now - 3600.0, now), "1h ago");
        assert_eq!(relative(now - 86_400.0 * 3.5, now), "3d ago");
        assert_eq!(relative(0.0, now).len(), "1970-01-01".len());
    }

    #[test]
    fn local_time_has_its_offset() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(in_zone(1_743_447_260.0, zone), "2025-03-31T20:54:20+02:00");
        assert_eq!(
            in_zone(1_743_447_260.4, TimeZone::UTC),
            "2025-03-31T18:54:20+00:00"
        );
    }
}
