use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};

/// What a receiver answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub status: StatusCode,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Answer {
    pub fn new(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Self {
        let busy = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        Self {
            status,
            retry_after: busy.then(|| retry_after(headers, now)).flatten(),
        }
    }

    /// Whether it wants nothing any more.
    pub fn is_gone(self) -> bool {
        self.status == StatusCode::GONE
    }

    /// What is wrong with it, for people; none: the webhook was taken.
    pub fn error(self) -> Option<String> {
        let status = self.status.as_u16();
        match self.status {
            taken if taken.is_success() => None,
            redirect if redirect.is_redirection() => Some(format!(
                "the receiver answered {status}, a redirect, which is not followed: give the URL that it leads to"
            )),
            StatusCode::GONE => Some("the receiver answered 410: it wants no more".to_owned()),
            _ => Some(format!("the receiver answered {status}")),
        }
    }
}

/// Seconds or a date, as RFC 9110 has it.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    // A date that is over asks for nothing.
    httpdate::parse_http_date(text)
        .ok()?
        .duration_since(now)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: &str) -> Answer {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, retry_after.parse().unwrap())]);
        let now = httpdate::parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT").unwrap();
        Answer::new(StatusCode::from_u16(status).unwrap(), &headers, now)
    }

    #[test]
    fn only_2xx_is_taken_and_a_redirect_says_what_to_do() {
        for (status, error) in [
            (200, None),
            (204, None),
            (299, None),
            (400, Some("the receiver answered 400")),
            (410, Some("the receiver answered 410: it wants no more")),
            (500, Some("the receiver answered 500")),
        ] {
            assert_eq!(answer(status, "").error().as_deref(), error);
        }
        for status in [300, 301, 302, 304, 307, 308] {
            let error = answer(status, "").error().unwrap();
            assert!(
                error.contains("a redirect, which is not followed"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_busy_receiver_says_when_in_seconds_or_by_date() {
        for (status, text, seconds) in [
            (429, "120", Some(120)),
            (503, " 7 ", Some(7)),
            (503, "Wed, 21 Oct 2015 07:28:30 GMT", Some(30)),
            (503, "Wed, 21 Oct 2015 07:27:30 GMT", None),
            (503, "soon", None),
            (503, "-1", None),
            (500, "120", None),
            (200, "120", None),
        ] {
            let asked = answer(status, text).retry_after;
            assert_eq!(
                asked.map(|asked| asked.as_secs()),
                seconds,
                "{status} {text}"
            );
        }
    }
}
