use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use sha2::Sha256;
use standardwebhooks::Webhook;

use crate::Site;

/// Longer than anything that is waited for should take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A webhook as it came in.
#[derive(Debug, Clone)]
pub struct Hook {
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, to the byte.
    pub body: Vec<u8>,
    /// How often the same webhook had come in before.
    pub earlier: usize,
}

/// What a receiver does with a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Answers with this status.
    Status(u16),
    /// Never answers.
    Hold,
}

/// A server that webhooks are sent to. It tells of each before it answers.
#[derive(Debug)]
pub struct Receiver {
    site: Site,
    came: Arc<(Mutex<Vec<Hook>>, Condvar)>,
}

impl Hook {
    /// What identifies it, the same for every delivery.
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// The body.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The run it is about.
    pub fn run(&self) -> String {
        self.json()["message_id"].as_str().unwrap().to_owned()
    }

    /// `processing`, `success`, `failed`.
    pub fn status(&self) -> String {
        self.json()["status"].as_str().unwrap().to_owned()
    }

    /// Checks the documented signature and those of Standard Webhooks.
    #[track_caller]
    pub fn assert_signed(&self, secret: &str) {
        let own = format!("sha256={}", hmac_hex(secret, &self.body));
        assert_eq!(self.headers["x-hmac-signature"], own);
        let headers: HeaderMap = self
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::try_from(name).unwrap(),
                    HeaderValue::try_from(value).unwrap(),
                )
            })
            .collect();
        let standard = Webhook::new(secret).unwrap();
        standard.verify(&self.body, &headers).unwrap();
    }
}

impl Receiver {
    /// One that takes everything.
    pub fn start() -> Self {
        Self::answering(|_| Answer::Status(200))
    }

    /// One that does with each webhook what `answer` says.
    pub fn answering(answer: impl Fn(&Hook) -> Answer + Send + Sync + 'static) -> Self {
        let came: Arc<(Mutex<Vec<Hook>>, Condvar)> = Arc::default();
        let site = Site::new({
            let came = came.clone();
            move |request| {
                let mut hook = Hook {
                    headers: request.headers.clone(),
                    body: request.body.clone(),
                    earlier: 0,
                };
                let mut hooks = came.0.lock().unwrap();
                hook.earlier = hooks.iter().filter(|other| other.id() == hook.id()).count();
                hooks.push(hook.clone());
                drop(hooks);
                came.1.notify_all();
                match answer(&hook) {
                    Answer::Status(status) => (status, "text/plain", Vec::new()),
                    Answer::Hold => loop {
                        std::thread::park();
                    },
                }
            }
        });
        Self { site, came }
    }

    /// Where it takes webhooks.
    pub fn url(&self) -> String {
        format!("{}/hook", self.site.url())
    }

    /// Everything so far, oldest first.
    pub fn hooks(&self) -> Vec<Hook> {
        self.came.0.lock().unwrap().clone()
    }

    /// What came of a run, oldest first.
    pub fn of(&self, run: &str) -> Vec<Hook> {
        let mut hooks = self.hooks();
        hooks.retain(|hook| hook.run() == run);
        hooks
    }

    /// Waits until what has come in answers the question.
    pub fn wait<T>(&self, what: &str, question: impl Fn(&[Hook]) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        let mut hooks = self.came.0.lock().unwrap();
        loop {
            if let Some(answer) = question(&hooks) {
                return answer;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "not within {PATIENCE:?}: {what}: {hooks:?}"
            );
            hooks = self.came.1.wait_timeout(hooks, left).unwrap().0;
        }
    }
}

/// HMAC-SHA256 in hex, as the documentation of webhooks and of signed requests has it.
pub fn hmac_hex(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
