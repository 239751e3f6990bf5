use std::collections::{HashMap, VecDeque};

use nen_store::WebhookRow;
use reqwest::Url;
use tokio::time::Instant;

/// How many are sent at once, and how many of them to one origin.
const AT_ONCE: usize = 64;
const AT_ONCE_TO_ONE: usize = 8;
/// An origin with so many waiting gets no more for now.
const ENOUGH_FOR_ONE: usize = 16;
/// How many are held at most, waiting and sent.
const HELD: usize = 512;

/// A webhook that is this process's to send.
#[derive(Debug)]
pub(super) struct Claimed {
    pub webhook: WebhookRow,
    /// From then on, another may send it as well.
    pub locked_until: Instant,
}

/// Claimed webhooks on their way out, fair between origins: one that is slow takes only its share.
#[derive(Debug, Default)]
pub(super) struct Queue {
    lines: HashMap<String, Line>,
    /// Origins with some that wait, the one whose turn it is first.
    turns: VecDeque<String>,
    waiting: usize,
    sending: usize,
}

#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Claimed>,
    sending: usize,
}

impl Queue {
    pub fn push(&mut self, claimed: Claimed) {
        let origin = origin_of(&claimed.webhook.url);
        let line = self.lines.entry(origin.clone()).or_default();
        if line.waiting.is_empty() {
            self.turns.push_back(origin);
        }
        line.waiting.push_back(claimed);
        self.waiting += 1;
    }

    /// The next one to send, and its origin, to be given to [`Queue::done`].
    pub fn next(&mut self) -> Option<(String, Claimed)> {
        if self.sending >= AT_ONCE {
            return None;
        }
        let lines = &self.lines;
        let has_room = |origin: &String| {
            lines
                .get(origin)
                .is_some_and(|line| line.sending < AT_ONCE_TO_ONE)
        };
        let turn = self.turns.iter().position(has_room)?;
        let origin = self.turns.remove(turn)?;
        let line = self.lines.get_mut(&origin)?;
        let claimed = line.waiting.pop_front()?;
        line.sending += 1;
        self.waiting -= 1;
        self.sending += 1;
        if !line.waiting.is_empty() {
            self.turns.push_back(origin.clone());
        }
        Some((origin, claimed))
    }

    /// One to this origin is not being sent any more.
    pub fn done(&mut self, origin: &str) {
        let Some(line) = self.lines.get_mut(origin) else {
            return;
        };
        line.sending = line.sending.saturating_sub(1);
        self.sending = self.sending.saturating_sub(1);
        if line.sending == 0 && line.waiting.is_empty() {
            self.lines.remove(origin);
        }
    }

    /// Origins that have enough waiting.
    pub fn busy(&self) -> Vec<String> {
        let busy = self
            .lines
            .iter()
            .filter(|(_, line)| line.waiting.len() >= ENOUGH_FOR_ONE);
        busy.map(|(origin, _)| origin.clone()).collect()
    }

    pub fn is_busy(&self, origin: &str) -> bool {
        let line = self.lines.get(origin);
        line.is_some_and(|line| line.waiting.len() >= ENOUGH_FOR_ONE)
    }

    /// How many more can be held.
    pub fn room(&self) -> usize {
        HELD.saturating_sub(self.waiting + self.sending)
    }

    /// Takes out all that wait.
    pub fn take_waiting(&mut self) -> Vec<Claimed> {
        self.turns.clear();
        self.waiting = 0;
        let lines = self.lines.values_mut();
        lines.flat_map(|line| line.waiting.drain(..)).collect()
    }
}

/// `https://example.com/`: how the stored URLs of a receiver begin. What cannot be read stands for itself.
fn origin_of(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => format!("{}/", url.origin().ascii_serialization()),
        Err(_) => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nen_protocol::workflow::{WebhookDelivery, WebhookStatus};
    use std::time::Duration;

    fn claimed(id: usize, url: &str) -> Claimed {
        Claimed {
            webhook: WebhookRow {
                id: id.to_string(),
                run_id: String::new(),
                workspace_id: String::new(),
                position: 1,
                status: WebhookStatus::Processing,
                url: url.to_owned(),
                body: String::new(),
                delivery: WebhookDelivery::Pending,
                retries: 0,
                next_ms: 0,
                created_ms: 0,
            },
            locked_until: Instant::now() + Duration::from_secs(60),
        }
    }

    fn drain(queue: &mut Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.next())
            .map(|(origin, _)| origin)
            .collect()
    }

    #[test]
    fn one_origin_has_eight_at_once_and_gives_way_to_others() {
        let mut queue = Queue::default();
        for id in 0..20 {
            queue.push(claimed(id, &format!("https://slow.example:443/{id}")));
        }
        queue.push(claimed(20, "https://other.example/"));
        let origins = drain(&mut queue);
        let slow = origins
            .iter()
            .filter(|origin| *origin == "https://slow.example/");
        assert_eq!(slow.count(), 8);
        assert_eq!(
            origins[1], "https://other.example/",
            "it did not wait for the twenty"
        );
        assert_eq!(queue.busy(), [] as [String; 0], "twelve are not yet enough");

        queue.done("https://slow.example/");
        assert_eq!(drain(&mut queue), ["https://slow.example/"]);
        for id in 21..26 {
            queue.push(claimed(id, "https://slow.example/"));
        }
        assert_eq!(queue.busy(), ["https://slow.example/"]);
        assert!(queue.is_busy("https://slow.example/") && !queue.is_busy("https://other.example/"));
    }

    #[test]
    fn sixty_four_are_sent_at_once_in_all() {
        let mut queue = Queue::default();
        for id in 0..100 {
            queue.push(claimed(id, &format!("http://receiver{id}.example/")));
        }
        assert_eq!(queue.room(), 412);
        assert_eq!(drain(&mut queue).len(), 64);
        assert_eq!(queue.room(), 412, "what is sent is still held");
        queue.done("http://receiver0.example/");
        assert_eq!(drain(&mut queue), ["http://receiver64.example/"]);
        assert_eq!(queue.take_waiting().len(), 35);
        assert_eq!(queue.room(), 448);
        assert!(queue.next().is_none());
    }

    #[test]
    fn what_cannot_be_read_goes_out_as_well_to_fail_there() {
        let mut queue = Queue::default();
        queue.push(claimed(0, "not a url"));
        assert_eq!(drain(&mut queue), ["not a url"]);
    }
}
