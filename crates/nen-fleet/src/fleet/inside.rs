//! What happens inside a desktop, passed on to those who watch it.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;

use super::controller::Controller;
use super::live::Live;
use crate::kind;

/// More than this without an end of a line is not an event.
const LONGEST: usize = 64 * 1024;

/// Longest name of an event that is taken. Bytes.
const LONGEST_KIND: usize = 64;

/// Time before a broken stream is opened again.
const PAUSE: Duration = Duration::from_secs(1);

/// Publishes what the controller reports, for as long as this start of the desktop lasts.
pub(super) async fn follow(live: Arc<Live>, controller: Controller, number: u64) {
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
                        if !is_ours(&kind) {
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
    fn a_line_without_end_is_not_kept() {
        let mut parser = Parser::default();
        for _ in 0..100 {
            assert!(parser.push(&[b'x'; 1024]).is_empty());
        }
        assert!(parser.rest.len() <= LONGEST);
    }
}
