//! How many webhooks a second leave a SQLite database for receivers on this machine, each noted as delivered:
//! `cargo run --release -p nen-runs --example webhook-throughput [HOW-MANY]`.

#![expect(clippy::print_stdout, reason = "the figure is what it is for")]

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, http::StatusCode};
use futures_util::future::BoxFuture;
use nen_protocol::workflow::Network;
use nen_runs::webhooks::{Secrets, SecretsError, Sender, SenderConfig};
use nen_store::{DEFAULT_WORKSPACE, NewRun, NewVersion, NewWebhook, Store, random_id};
use secrecy::SecretString;
use serde_json::json;
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

struct OneSecret;

impl Secrets for OneSecret {
    fn valid<'a>(
        &'a self,
        _workspace_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<SecretString>, SecretsError>> {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        Box::pin(std::future::ready(Ok(vec![secret])))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let many = std::env::args()
        .nth(1)
        .map_or(Ok(3000), |text| text.parse())?;
    for receivers in [1, 8] {
        let seconds = measure(many, receivers).await?.as_secs_f64();
        let rate = many as f64 / seconds;
        println!("{many} webhooks to {receivers} receivers in {seconds:.2} s: {rate:.0} a second");
    }
    Ok(())
}

async fn measure(many: usize, receivers: usize) -> Result<Duration, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}", folder.path().join("nen.db").display());
    let store = Store::open(&url).await?;
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut urls = Vec::new();
    for _ in 0..receivers {
        urls.push(receive(tell.clone()).await?);
    }
    owe(&store, many, &urls).await?;

    let config = SenderConfig {
        allow_private: true,
        ..SenderConfig::default()
    };
    let begun = Instant::now();
    let sender = Sender::start(store.clone(), Arc::new(OneSecret), &config)?;
    for _ in 0..many {
        timeout(Duration::from_secs(60), told.recv()).await?;
    }
    sender.stop().await;
    let took = begun.elapsed();
    match store.webhooks().next_due_ms(&[]).await? {
        None => Ok(took),
        Some(_) => Err("some were not noted as delivered".into()),
    }
}

/// A receiver that tells of each request, and its URL.
async fn receive(tell: mpsc::UnboundedSender<()>) -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/hook", listener.local_addr()?);
    let service = Router::new().fallback(move |_: Bytes| {
        // Nobody counts any more: the measurement is over.
        let _ = tell.send(());
        async { StatusCode::NO_CONTENT }
    });
    tokio::spawn(axum::serve(listener, service).into_future());
    Ok(url)
}

/// Runs that have begun and owe their `processing`.
async fn owe(store: &Store, many: usize, urls: &[String]) -> Result<(), Box<dyn Error>> {
    store.ensure_default_workspace().await?;
    let version = NewVersion {
        files: json!([]),
        params_schema: json!({}),
        result_schema: json!({}),
        secure_schema: None,
        network: Network::None,
        created_by: "bench".into(),
    };
    let workflows = store.workflows();
    workflows
        .insert(DEFAULT_WORKSPACE, "wf", "invoices", &version)
        .await?;
    for url in urls.iter().cycle().take(many) {
        let run = NewRun {
            id: random_id("run")?,
            workspace_id: DEFAULT_WORKSPACE.into(),
            workflow_id: "wf".into(),
            workflow_version: 1,
            params: json!({}),
            secrets: None,
            options: json!({}),
            webhook_callback: Some(url.clone()),
            concurrency_key: None,
            actor: "bench".into(),
            queued_until_ms: i64::MAX,
        };
        store.runs().insert(&run).await?;
        let id = random_id("msg")?;
        let begun = store.runs().claim("bench", i64::MAX, u32::MAX, |run| {
            Some(NewWebhook {
                id,
                status: run.status.webhook(),
                url: run.webhook_callback.clone()?,
                body: json!({"workflow_id": run.workflow_id, "message_id": run.id, "status": "processing"}).to_string(),
            })
        });
        begun.await?;
    }
    Ok(())
}
