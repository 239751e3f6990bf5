//! What happens inside a desktop, passed on to those who watch it.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::{Quota, RateLimiter};
use http_body_util::BodyExt as _;

use super::controller::Controller;
use super::live::Live;
use crate::kind;

/// More than this without an end of a line is not an event.
const LONGEST: usize = 64 * 1024;

/// Longest name of an event that is taken. Bytes.
const LONGEST_KIND: usize = 64;

/// Events that a desktop may tell in one go, and after that in a second. What is beyond is dropped: an event goes to all who
/// watch any desktop, and everybody in this one can make its controller tell as many as they like.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(199);
const EACH_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);

/// Time before a broken stream is opened again.
const PAUSE: Duration = Duration::from_secs(1);

/// Publishes what the controller reports, for as long as this start of the desktop lasts.
pub(super) async fn follow(live: Arc<Live>, controller: Controller, number: u64) {
    let limiter = RateLimiter::direct(quota());
    while live.is_start(number) {
        match controller.get("/events").await {
            Ok(reply) if reply.status().is_success() => {
                let mut body = reply.into_body();
                let mut parser = Parser::default();
                while let Some(Ok(frame)) = body.frame().await {
                    for (kind, data) in frame
                        .data_ref()
                        .map(|data| parser.push(data))
                        .unwrap_or_default()
                    {
                        if !is_ours(&kind) && limiter.check().is_ok() {
                            live.publish(&kind, data);
                        }
                    }
                }
            }
            // A controller without events has none to tell.
            Ok(_) => return,
            Err(_) => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether only the server says this. What runs in the desktop could make its controller say anything.
fn is_ours(kind: &str) -> bool {
    // What ends a desktop, `desktop.error`, is told from inside, too.
    let exactly = [
        kind::CREATED,
        kind::RENAMED,
        kind::PAUSED,
        kind::RESUMED,
        kind::DELETED,
        kind::ACTION,
        kind::PICTURE,
    ];
    let starts = ["control.", "network.", "viewer."];
    exactly.contains(&kind) || starts.iter().any(|start| kind.starts_with(start))
}

/// How many events of a desktop are taken.
fn quota() -> Quota {
    Quota::per_second(EACH_SECOND).allow_burst(BURST)
}

/// Reads server-sent events as they come in, in pieces of any size.
#[derive(Debug, Default)]
struct Parser {
    rest: Vec<u8>,
    kind: String,
    data: String,
}

impl Parser {
    fn push(&mut self, bytes: &[u8]) -> Vec<(String, serde_json::Value)> {
        // Each byte is looked at once, whatever the controller sends: anybody in the desktop can be it.
        let (mut start, mut searched) = (0, self.rest.len());
        self.rest.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(found) = self.rest[searched..].iter().position(|byte| *byte == b'\n') {
            let end = searched + found;
            let line = String::from_utf8_lossy(&self.rest[start..end]).into_owned();
            (start, searched) = (end + 1, end + 1);
            let line = line.trim_end_matches('\r');
            if line.is_empty() {
                events.extend(self.take());
            } else if let Some(kind) = line.strip_prefix("event:") {
                let kind = kind.trim_start();
                let kind = if kind.len() > LONGEST_KIND { "" } else { kind };
                kind.clone_into(&mut self.kind);
            } else if let Some(data) = line.strip_prefix("data:")
                && self.data.len() + data.len() < LONGEST
            {
                self.data.push_str(data.trim_start());
            }
        }
        self.rest.drain(..start);
        if self.rest.len() > LONGEST {
            self.rest.clear();
        }
        events
    }

    /// The event that an empty line ends. What is not JSON is nothing the controller said.
    fn take(&mut self) -> Option<(String, serde_json::Value)> {
        let (kind, data) = (
            std::mem::take(&mut self.kind),
            std::mem::take(&mut self.data),
        );
        let data = serde_json::from_str(&data).ok()?;
        (!kind.is_empty()).then_some((kind, data))
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn events_are_read_however_they_are_cut() {
        let text = b": hello\n\nevent: app.started\ndata: {\"app\":\"chromium\"}\n\nevent: x\ndata: not json\n\nevent: y\r\ndata: {}\r\n\r\n";
        for size in [1, 7, 1000] {
            let mut parser = Parser::default();
            let events: Vec<_> = text
                .chunks(size)
                .flat_map(|piece| parser.push(piece))
                .collect();
            let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).collect();
            assert_eq!(kinds, ["app.started", "y"]);
            assert_eq!(events[0].1["app"], "chromium");
        }
    }

    #[test]
    fn what_the_server_says_is_not_said_from_inside() {
        for kind in [kind::DENIED, kind::DELETED, kind::TAKEN, kind::ACTION] {
            assert!(is_ours(kind), "{kind}");
        }
        assert!(!is_ours("app.started") && !is_ours("actions"));
    }

    #[test]
    fn who_tells_too_much_is_heard_as_often_as_the_others() {
        let clock = FakeRelativeClock::default();
        let limiter = RateLimiter::direct_with_clock(quota(), clock.clone());
        let taken = || (0..10_000).filter(|_| limiter.check().is_ok()).count();
        assert_eq!(taken(), 200);
        clock.advance(Duration::from_secs(1));
        assert_eq!(taken(), 50);
        clock.advance(Duration::from_secs(60));
        assert_eq!(taken(), 200);
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let mut parser = Parser::default();
        for _ in 0..100 {
            assert!(parser.push(&[b'x'; 1024]).is_empty());
        }
        assert!(parser.rest.len() <= LONGEST);
    }
}
