use std::time::{Duration, Instant};

/// Asks again and again, every 10 ms, until there is an answer; fails after 10 s, saying what did not come.
pub fn until<T>(what: &str, question: impl FnMut() -> Option<T>) -> T {
    until_within(Duration::from_secs(10), what, question)
}

/// [`until`] with another time to fail after.
pub fn until_within<T>(limit: Duration, what: &str, mut question: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = question() {
            return answer;
        }
        assert!(Instant::now() < end, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
