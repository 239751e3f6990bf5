use std::{sync::Arc, time::Duration};

use nen_store::{Attempt, Store};
use tokio::{
    sync::{Notify, mpsc},
    time::{Instant, sleep},
};

use super::dispatcher::LOCK;

/// Most attempts of one transaction.
const BATCH: usize = 256;
/// After the database refused.
const PAUSE: Duration = Duration::from_secs(1);

/// Notes attempts as they come in, all that came in meanwhile at once: one flush to disk is for many. Ends when nobody is
/// left who could make any.
pub(super) async fn record_all(
    store: Store,
    mut attempts: mpsc::Receiver<Attempt>,
    recorded: Arc<Notify>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while attempts.recv_many(&mut batch, BATCH).await > 0 {
        record(&store, &batch).await;
        batch.clear();
        // The next ones of these runs may be due now.
        recorded.notify_one();
    }
}

async fn record(store: &Store, batch: &[Attempt]) {
    let deadline = Instant::now() + LOCK;
    while let Err(error) = store.webhooks().record(batch).await {
        if Instant::now() >= deadline {
            // They are nobody's by now and are sent again, which receivers tell by the id.
            tracing::error!(attempts = batch.len(), %error, "Gave up noting attempts to deliver webhooks");
            return;
        }
        tracing::warn!(attempts = batch.len(), %error, "Could not note attempts to deliver webhooks");
        sleep(PAUSE).await;
    }
}
