use std::time::Duration;

/// From one attempt to the next. After the last there is none.
const DELAYS: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(10 * 3600),
    Duration::from_secs(10 * 3600),
];
/// By how much a delay is shorter or longer at most, so that what failed together does not come back together.
const JITTER: f64 = 0.2;
/// However long a receiver asks for.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// When a webhook whose attempt failed is tried again; none: it is given up.
///
/// `retries`: attempts before this one. `asked`: what the receiver's `Retry-After` says. `factor`: 1, or less in tests.
/// `luck`: from 0 to 1.
pub(super) fn next_delay(
    retries: i64,
    asked: Option<Duration>,
    factor: f64,
    luck: f64,
) -> Option<Duration> {
    let delay = DELAYS.get(usize::try_from(retries).unwrap_or(0))?;
    let jittered = delay.mul_f64(factor.max(0.0) * (1.0 + JITTER * (2.0 * luck - 1.0)));
    Some(jittered.max(asked.unwrap_or_default().min(LONGEST_ASKED)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn eight_attempts_over_twenty_seven_hours_and_then_none() {
        let delays: Vec<_> = (0..)
            .map_while(|retries| next_delay(retries, None, 1.0, 0.5))
            .map(|delay| delay.as_secs())
            .collect();
        assert_eq!(delays, [5, 300, 1800, 7200, 18_000, 36_000, 36_000]);
        assert_eq!(next_delay(i64::MAX, None, 1.0, 0.5), None);
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_less_or_for_days() {
        let asked = |seconds| next_delay(0, Some(Duration::from_secs(seconds)), 1.0, 0.5).unwrap();
        assert_eq!(asked(1).as_secs(), 5);
        assert_eq!(asked(60).as_secs(), 60);
        assert_eq!(asked(86_400).as_secs(), 3600);
        let late = next_delay(3, Some(Duration::from_secs(86_400)), 1.0, 0.5).unwrap();
        assert_eq!(late.as_secs(), 7200);
        assert_eq!(next_delay(7, Some(Duration::from_secs(1)), 1.0, 0.5), None);
    }

    proptest! {
        #[test]
        fn a_delay_is_at_most_a_fifth_off(retries in 0i64..7, luck in 0.0f64..1.0) {
            let exact = DELAYS[usize::try_from(retries).unwrap()].as_secs_f64();
            let delay = next_delay(retries, None, 1.0, luck).unwrap().as_secs_f64();
            prop_assert!(delay >= exact * 0.799 && delay <= exact * 1.201, "{delay} of {exact}");
        }
    }
}
