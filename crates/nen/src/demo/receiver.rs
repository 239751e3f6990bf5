//! Where the demo's webhooks arrive: it checks both signatures as a customer would, and remembers what came.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context;
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// A webhook that arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its JSON.
    pub body: Value,
    /// Whether `X-Hmac-Signature` was right.
    pub hmac: bool,
    /// Whether `webhook-signature` was right.
    pub standard: bool,
}

#[derive(Debug)]
struct Shared {
    secret: String,
    received: Mutex<Vec<Received>>,
    changed: Condvar,
}

/// The running receiver.
#[derive(Debug)]
pub struct Receiver {
    shared: Arc<Shared>,
    port: u16,
}

impl Receiver {
    /// Starts it on a free loopback port; it ends with the runtime.
    pub fn start(secret: &str, runtime: &tokio::runtime::Runtime) -> anyhow::Result<Self> {
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .context("cannot listen on loopback")?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            secret: secret.to_owned(),
            received: Mutex::default(),
            changed: Condvar::new(),
        });
        let app = Router::new()
            .route("/webhooks", post(receive))
            .with_state(shared.clone());
        runtime.spawn(async move {
            // Ends only with the runtime.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { shared, port })
    }

    /// Where webhooks are to be sent.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/webhooks", self.port)
    }

    /// Waits until so many have come; what has come by then, if it takes too long.
    pub fn wait_for(&self, many: usize, limit: Duration) -> Vec<Received> {
        let deadline = Instant::now() + limit;
        let mut received = self.shared.lock();
        while received.len() < many {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                break;
            };
            received = self
                .shared
                .changed
                .wait_timeout(received, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        received.clone()
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Received>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let hex = header("x-hmac-signature").and_then(|text| text.strip_prefix("sha256="));
    let received = Received {
        hmac: hex.is_some_and(|hex| is_right(shared.secret.as_bytes(), &[&body], &unhex(hex))),
        standard: standard(&shared.secret, header, &body),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    };
    shared.lock().push(received);
    shared.changed.notify_all();
}

/// The signature of Standard Webhooks: over id, time and body, with the decoded secret.
fn standard<'a>(secret: &str, header: impl Fn(&str) -> Option<&'a str>, body: &[u8]) -> bool {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_"));
    let (Ok(key), Some(id), Some(at), Some(signatures)) = (
        key,
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    ) else {
        return false;
    };
    let signed = format!("{id}.{at}.");
    signatures
        .split(' ')
        .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok())
        .any(|signature| is_right(&key, &[signed.as_bytes(), body], &signature))
}

fn is_right(key: &[u8], parts: &[&[u8]], signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return false;
    };
    parts.iter().for_each(|part| mac.update(part));
    mac.verify_slice(signature).is_ok()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit))
        .collect()
}
