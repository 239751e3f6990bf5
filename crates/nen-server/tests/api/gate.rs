//! How often callers may come, and what becomes of those who guess, over real connections.

use crate::app::{App, connect_from};
use nen_fleet::FleetConfig;
use nen_server::{DoorConfig, GateConfig, ServerConfig};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    /// Seconds to wait; fails unless it is 429 with a reason.
    #[track_caller]
    fn wait(&self) -> u64 {
        assert_eq!(self.status, 429, "{}", self.body);
        let body: Value = serde_json::from_str(&self.body).unwrap();
        let text = body["message"].as_str().or(body["error"].as_str()).unwrap();
        assert!(text.contains("come again in"), "{text}");
        let line = self
            .head
            .lines()
            .find_map(|line| line.strip_prefix("retry-after: "));
        line.expect("Retry-After").parse().unwrap()
    }
}

/// Asks from an address of this machine.
async fn ask(from: [u8; 4], server: SocketAddr, request: &str, headers: &[(&str, &str)]) -> Answer {
    let mut stream = connect_from(from, server).await;
    let (line, body) = request.split_once("\n").unwrap_or((request, ""));
    let mut text = format!(
        "{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("\r\n{body}");
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head[9..12].parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

async fn app(gate: GateConfig) -> App {
    let config = ServerConfig {
        gate,
        door: DoorConfig {
            trusted_proxies: vec!["127.0.0.9/32".parse().unwrap()],
            ..DoorConfig::default()
        },
        ..ServerConfig::default()
    };
    App::with(config, FleetConfig::default()).await
}

const HERE: [u8; 4] = [127, 0, 0, 1];
const THERE: [u8; 4] = [127, 0, 0, 2];
const PROXY: [u8; 4] = [127, 0, 0, 9];

#[tokio::test]
async fn a_key_has_a_rate_of_its_own_wherever_it_comes_from() {
    let app = app(GateConfig {
        per_key: 2,
        ..GateConfig::default()
    })
    .await;
    let (server, _stop, _served) = app.listen().await;
    let other = app.key(&[nen_store::Scope::DesktopsRead]).await;
    let by = |key: &str| [("x-api-key", key.to_owned())];
    let [first, second] = [by(&app.admin), by(&other)];
    let asked = async |from, key: &[(&str, String); 1]| {
        ask(from, server, "GET /desktops", &[(key[0].0, &key[0].1)]).await
    };
    let mut refused = None;
    for n in 0..8 {
        let answer = asked(if n % 2 == 0 { HERE } else { THERE }, &first).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 200);
    }
    assert_eq!(refused.expect("eight at once are too many").wait(), 1);
    let counted = app.metric(r#"nen_requests_refused_total{reason="key"}"#);
    assert_eq!(counted.await, Some(1.0));
    assert_eq!(
        asked(HERE, &second).await.status,
        200,
        "another key has its own"
    );
}

#[tokio::test]
async fn an_address_without_a_key_has_a_rate_and_keys_do_not_count() {
    let app = app(GateConfig {
        per_address: 1,
        ..GateConfig::default()
    })
    .await;
    let (server, _stop, _served) = app.listen().await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(ask(HERE, server, "GET /health", &[]).await.status);
    }
    assert_eq!(statuses[..4], [200; 4]);
    assert!(statuses.contains(&429), "{statuses:?}");
    assert!(ask(HERE, server, "GET /desktops", &[]).await.wait() >= 1);
    let good = ask(HERE, server, "GET /desktops", &[("x-api-key", &app.admin)]).await;
    assert_eq!(good.status, 200);
    assert_eq!(ask(THERE, server, "GET /health", &[]).await.status, 200);
    // By a proxy it is its callers who are counted; who is no proxy cannot name others.
    let mut passed = 0;
    for n in 0..10 {
        let named = [("x-forwarded-for", format!("192.0.2.{n}"))];
        let named = [(named[0].0, named[0].1.as_str())];
        assert_eq!(ask(PROXY, server, "GET /health", &named).await.status, 200);
        let lie = ask(HERE, server, "GET /health", &named).await;
        passed += u32::from(lie.status == 200);
    }
    assert!(passed < 5, "{passed} of 10 passed as others");
}

#[tokio::test]
async fn who_guesses_is_locked_out_and_who_works_there_goes_on() {
    let app = app(GateConfig {
        guesses: 5,
        ..GateConfig::default()
    })
    .await;
    let (server, _stop, _served) = app.listen().await;
    let good = [("x-api-key", app.admin.as_str())];
    assert_eq!(ask(HERE, server, "GET /desktops", &good).await.status, 200);
    let other = app.key(&[nen_store::Scope::Admin]).await;
    // Keys, codes of links and tokens of viewers: all are guesses.
    for request in [
        "GET /desktops",
        "GET /desktops",
        "POST /auth\n{\"key\": \"sk_nen_wrong\"}",
        "POST /auth\n{\"code\": \"wrong\"}",
        "GET /desktops/dsk_000000000000/view/state?token=wrong",
    ] {
        let wrong = ask(HERE, server, request, &[("x-api-key", "sk_nen_wrong")]).await;
        assert_eq!(wrong.status, 401, "{request}: {}", wrong.body);
    }
    let wrong = ask(
        HERE,
        server,
        "GET /desktops",
        &[("x-api-key", "sk_nen_wrong")],
    )
    .await;
    assert!((50..=60).contains(&wrong.wait()));
    ask(HERE, server, "POST /auth\n{\"code\": \"wrong\"}", &[])
        .await
        .wait();
    assert_eq!(app.metric("nen_lock_outs_total").await, Some(1.0));
    let refused = app.metric(r#"nen_requests_refused_total{reason="locked_out"}"#);
    assert_eq!(refused.await, Some(2.0));
    // A guesser does not learn that a key is good, and pages are open still.
    ask(HERE, server, "GET /desktops", &[("x-api-key", &other)])
        .await
        .wait();
    assert_eq!(ask(HERE, server, "GET /health", &[]).await.status, 200);
    // Who was there before, and everybody elsewhere.
    assert_eq!(ask(HERE, server, "GET /desktops", &good).await.status, 200);
    let elsewhere = ask(THERE, server, "GET /desktops", &[("x-api-key", &other)]).await;
    assert_eq!(elsewhere.status, 200);
}

#[tokio::test]
async fn a_key_that_has_ended_is_no_guess() {
    let app = app(GateConfig {
        guesses: 3,
        ..GateConfig::default()
    })
    .await;
    let (server, _stop, _served) = app.listen().await;
    let key = app
        .store
        .keys()
        .create("ws_default", "n", &[nen_store::Scope::Admin], None);
    let key = key.await.unwrap();
    let shown = [("x-api-key", key.secret.as_str())];
    assert_eq!(ask(HERE, server, "GET /desktops", &shown).await.status, 200);
    let revoked = app.delete(&format!("/keys/{}", key.key.id)).await;
    assert!(revoked.status.is_success());
    for _ in 0..10 {
        assert_eq!(ask(HERE, server, "GET /desktops", &shown).await.status, 401);
    }
    let good = [("x-api-key", app.admin.as_str())];
    assert_eq!(ask(HERE, server, "GET /desktops", &good).await.status, 200);
}
