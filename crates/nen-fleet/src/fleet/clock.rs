//! The wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix seconds.
pub(super) fn now() -> i64 {
    i64::try_from(since().as_secs()).unwrap_or(i64::MAX)
}

/// Unix seconds with their fraction.
pub(super) fn precise() -> f64 {
    since().as_secs_f64()
}

fn since() -> std::time::Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
