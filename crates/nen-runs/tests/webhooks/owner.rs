use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::future::BoxFuture;
use nen_protocol::workflow::Network;
use nen_protocol::workflow::{RunStatus, WebhookDelivery, WebhookStatus};
use nen_runs::webhooks::{Secrets, SecretsError, Sender, SenderConfig};
use nen_store::{
    AttemptRow, Clock, DEFAULT_WORKSPACE, NewRun, NewVersion, NewWebhook, RunEnd, RunRow, Store,
    WebhookRow, random_id,
};
use secrecy::SecretString;
use serde_json::json;
use tempfile::TempDir;

pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Secrets that a test can change.
pub struct Shown(pub Mutex<Vec<&'static str>>);

impl Secrets for Shown {
    fn valid<'a>(
        &'a self,
        workspace_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<SecretString>, SecretsError>> {
        assert_eq!(workspace_id, DEFAULT_WORKSPACE);
        let shown = self.0.lock().unwrap().clone();
        let secrets = shown
            .into_iter()
            .map(|text| SecretString::from(text.to_owned()));
        Box::pin(std::future::ready(Ok(secrets.collect())))
    }
}

/// A database with runs that owe webhooks.
pub struct Owner {
    folder: TempDir,
    pub store: Store,
    pub secrets: Arc<Shown>,
}

impl Owner {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder, Clock::system()).await;
        store.ensure_default_workspace().await.unwrap();
        let version = NewVersion {
            files: json!([]),
            params_schema: json!({}),
            result_schema: json!({}),
            secure_schema: None,
            network: Network::None,
            created_by: "ci".into(),
        };
        let workflow = store
            .workflows()
            .insert(DEFAULT_WORKSPACE, "wf", "invoices", &version);
        workflow.await.unwrap();
        let secrets = Arc::new(Shown(Mutex::new(vec![SECRET])));
        Self {
            folder,
            store,
            secrets,
        }
    }

    /// The same database as another process has it, whose clock goes ahead.
    pub async fn second_store(&self, ahead: Duration) -> Store {
        let clock = Clock::new(move || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + ahead;
            i64::try_from(since.as_millis()).unwrap()
        });
        open(&self.folder, clock).await
    }

    /// A sender that may send to this machine and whose five seconds are five milliseconds.
    pub fn sender(&self) -> Sender {
        self.sender_on(self.store.clone(), &quick())
    }

    pub fn sender_on(&self, store: Store, config: &SenderConfig) -> Sender {
        Sender::start(store, self.secrets.clone(), config).unwrap()
    }

    /// A run that has begun and owes its `processing`.
    pub async fn begin(&self, url: &str) -> String {
        let new = NewRun {
            id: random_id("run").unwrap(),
            workspace_id: DEFAULT_WORKSPACE.into(),
            workflow_id: "wf".into(),
            workflow_version: 1,
            params: json!({}),
            secrets: None,
            options: json!({}),
            webhook_callback: Some(url.into()),
            concurrency_key: None,
            actor: "ci".into(),
            queued_until_ms: i64::MAX,
        };
        self.store.runs().insert(&new).await.unwrap();
        let begun = self.store.runs().claim("w1", i64::MAX, u32::MAX, announce);
        assert_eq!(begun.await.unwrap().unwrap().id, new.id);
        new.id
    }

    /// Ends it, so that it owes its `success` as well.
    pub async fn end(&self, run: &str) {
        let end = RunEnd {
            status: RunStatus::Completed,
            result: Some(json!({"total": "3 €"})),
            error: None,
            error_type: None,
            assets_bytes: None,
        };
        let ended = self.store.runs().finish(run, "w1", &end, announce).await;
        ended.unwrap().unwrap();
    }

    pub async fn webhooks(&self, run: &str) -> Vec<(WebhookRow, Vec<AttemptRow>)> {
        self.store.webhooks().of_run(run).await.unwrap()
    }

    /// The first webhook of a run once it is no longer on its way, with its attempts.
    pub async fn settled(&self, run: &str) -> (WebhookRow, Vec<AttemptRow>) {
        until(async || {
            let first = self.webhooks(run).await.remove(0);
            (first.0.delivery != WebhookDelivery::Pending).then_some(first)
        })
        .await
    }

    /// The first webhook of a run once it was tried, with its attempts.
    pub async fn tried(&self, run: &str) -> (WebhookRow, Vec<AttemptRow>) {
        until(async || {
            let first = self.webhooks(run).await.remove(0);
            (!first.1.is_empty()).then_some(first)
        })
        .await
    }
}

/// Looks again until there is something, for 20 s.
pub async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let found = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            tick.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    });
    found.await.expect("it happens in time")
}

pub fn quick() -> SenderConfig {
    SenderConfig {
        allow_private: true,
        delay_factor: 0.001,
        ..SenderConfig::default()
    }
}

async fn open(folder: &TempDir, clock: Clock) -> Store {
    let url = format!("sqlite:{}", folder.path().join("nen.db").display());
    Store::open_with_clock(&url, clock).await.unwrap()
}

fn announce(run: &RunRow) -> Option<NewWebhook> {
    let status = run.status.webhook();
    let body = match status {
        WebhookStatus::Processing => {
            format!(r#"{{"message_id":"{}","status":"processing"}}"#, run.id)
        }
        // Written in a way that no serialiser would write it: what is stored is what must arrive.
        _ => format!(
            "{{ \"message_id\": \"{}\",\n  \"status\": \"success\", \"result\": \"é\\u00e9 😀\" }}",
            run.id
        ),
    };
    Some(NewWebhook {
        id: random_id("msg").unwrap(),
        status,
        url: run.webhook_callback.clone()?,
        body,
    })
}
