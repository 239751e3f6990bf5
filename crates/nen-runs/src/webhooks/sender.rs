use std::{error::Error, fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use nen_store::Store;
use secrecy::SecretString;
use tokio::{
    sync::{Notify, mpsc},
    task::AbortHandle,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    attempt::Attempts,
    delivery::{Delivery, DeliveryError},
    dispatcher::Dispatcher,
    recorder,
};
use crate::WebhookMetrics;

/// Attempts that were made and wait to be noted; beyond that, sending waits for the database.
const UNRECORDED: usize = 256;
/// How long stopping takes at most, a database that does not answer included.
const LONGEST_STOP: Duration = Duration::from_secs(15);

/// Why secrets could not be read. It is logged and must not show any.
pub type SecretsError = Box<dyn Error + Send + Sync>;

/// Where the secrets come from that sign webhooks.
pub trait Secrets: Send + Sync {
    /// Those of a workspace that are valid now, newest first, as its people see them: `whsec_` and base64. Asked for
    /// each attempt.
    fn valid<'a>(
        &'a self,
        workspace_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<SecretString>, SecretsError>>;
}

/// How webhooks are sent.
#[derive(Debug, Clone)]
pub struct SenderConfig {
    /// Also to addresses that are not public, for development.
    pub allow_private: bool,
    /// How long a receiver has, from looking it up to the last byte of its answer.
    pub answer_timeout: Duration,
    /// By which the delays between attempts are multiplied.
    pub delay_factor: f64,
    /// What attempts are counted by.
    pub metrics: WebhookMetrics,
}

impl Default for SenderConfig {
    fn default() -> Self {
        Self {
            allow_private: false,
            answer_timeout: Duration::from_secs(10),
            delay_factor: 1.0,
            metrics: WebhookMetrics::default(),
        }
    }
}

/// Sends the webhooks of a store, as long as it is kept. Several, in one process or many, share the work.
///
/// Dropping it ends everything at once; what was sent and not yet noted is then sent again once its lock of 60 s has
/// ended.
pub struct Sender {
    wake: Arc<Notify>,
    stop: CancellationToken,
    tasks: TaskTracker,
    handles: [AbortHandle; 2],
}

impl Sender {
    /// Begins with what is due already. Must be called in a Tokio runtime.
    pub fn start(
        store: Store,
        secrets: Arc<dyn Secrets>,
        config: &SenderConfig,
    ) -> Result<Self, DeliveryError> {
        let delivery = Delivery::new(config.allow_private, config.answer_timeout)?;
        let (wake, stop) = (Arc::new(Notify::new()), CancellationToken::new());
        let (made, unrecorded) = mpsc::channel(UNRECORDED);
        let tasks = TaskTracker::new();
        let recorder = recorder::record_all(store.clone(), unrecorded, wake.clone());
        let attempts = Attempts {
            store,
            secrets,
            delivery,
            delay_factor: config.delay_factor,
            metrics: config.metrics.clone(),
        };
        let dispatcher = Dispatcher::new(attempts, made, wake.clone(), stop.clone());
        let handles = [
            tasks.spawn(recorder).abort_handle(),
            tasks.spawn(dispatcher.run()).abort_handle(),
        ];
        tasks.close();
        Ok(Self {
            wake,
            stop,
            tasks,
            handles,
        })
    }

    /// Says that a webhook was stored or made due. Without it, it goes out within 30 s.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Begins nothing new, gives running attempts 5 s, and leaves the rest to the next process.
    pub async fn stop(&self) {
        self.stop.cancel();
        if timeout(LONGEST_STOP, self.tasks.wait()).await.is_err() {
            tracing::warn!("Stopped sending webhooks without the database");
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        for handle in &self.handles {
            handle.abort();
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}
