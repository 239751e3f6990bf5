use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nen_e2e::{Api, Reply, Server, until_within};
use serde_json::Value;

/// Longer than a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a server goes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// It is killed. Whatever it had answered was answered.
    Kill,
    /// Its machine loses power, of which the clients learn a moment later: what comes in then was never sent.
    PowerCut,
}

/// How often it went down and was started again. What was sent and answered while the count stayed even was done by one
/// server, which answered it while it was meant to live.
#[derive(Debug, Clone, Default)]
pub struct Lives(Arc<AtomicU64>);

impl Lives {
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// To be called when it goes down, not later.
    pub fn end(&self) {
        let before = self.0.fetch_add(1, Ordering::SeqCst);
        assert!(is_life(before), "it was alive");
    }

    /// To be called before the next one is started that is not killed in its birth.
    pub fn begin(&self) {
        let before = self.0.fetch_add(1, Ordering::SeqCst);
        assert!(!is_life(before), "it was dead");
    }

    /// Whether one and the same server has been alive since the count was this.
    pub fn is_still(&self, before: u64) -> bool {
        is_life(before) && self.count() == before
    }
}

fn is_life(count: u64) -> bool {
    count.is_multiple_of(2)
}

/// The way to a server that comes and goes.
#[derive(Debug, Clone)]
pub struct Line {
    pub api: Api,
    pub outage: Outage,
    pub lives: Lives,
    failures: Arc<Mutex<Vec<String>>>,
}

impl Line {
    pub fn new(server: &Server, outage: Outage) -> Self {
        Self {
            api: server.api(),
            outage,
            lives: Lives::default(),
            failures: Arc::default(),
        }
    }

    /// Waits until the server answers.
    pub fn wait(&self) {
        until_within(PATIENCE, "the server is there", || {
            let asked = self.api.try_call("GET", "/health", &[], &[]);
            asked.ok().filter(|reply| reply.status == 200).map(drop)
        });
    }

    /// A call. None: nobody knows what came of it.
    pub fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Reply> {
        self.call_as(&self.api, method, path, headers, body)
    }

    /// The same by another client.
    pub fn call_as(
        &self,
        api: &Api,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Reply> {
        let before = self.lives.count();
        let reply = api.try_call(method, path, headers, body).ok()?;
        // The answer may be of a server that had no power any more.
        if self.outage == Outage::PowerCut && !self.lives.is_still(before) {
            return None;
        }
        if reply.status == 500 {
            let failure = format!("{method} {path}: {reply}");
            self.failures.lock().unwrap().push(failure);
        }
        (reply.status < 500).then_some(reply)
    }

    /// POST of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Option<Reply> {
        self.send("POST", path, &[], body)
    }

    /// Any method with JSON.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Option<Reply> {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.call(method, path, &headers, body.to_string().as_bytes())
    }

    /// A creation that is tried again until it is answered, always with the same key.
    pub fn create(&self, path: &str, key: &str, body: &Value) -> Reply {
        loop {
            if let Some(reply) = self.send("POST", path, &[("idempotency-key", key)], body) {
                return reply;
            }
            self.wait();
        }
    }

    pub fn failures(&self) -> Vec<String> {
        self.failures.lock().unwrap().clone()
    }
}
