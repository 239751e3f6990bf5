use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::future::{BoxFuture, OptionFuture};
use nen_store::{Attempt, Store, StoreError, WebhookRow};
use tokio::{
    sync::{Notify, mpsc},
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::{
    attempt::Attempts,
    queue::{Claimed, Queue},
};

/// How long a claimed webhook is this process's alone.
pub(super) const LOCK: Duration = Duration::from_secs(60);
/// What must be left of that when an attempt begins, which has longer than an attempt takes.
const LOCK_LEFT: Duration = Duration::from_secs(15);
/// Most webhooks of one claim.
const CLAIM: usize = 32;
/// Longest time without a look into the database: other processes put webhooks there as well.
const LONGEST_REST: Duration = Duration::from_secs(30);
/// Shortest time after a look that found something due that another process was just taking.
const SHORTEST_REST: Duration = Duration::from_millis(20);
/// After the database refused.
const PAUSE: Duration = Duration::from_secs(1);
/// How long running attempts get when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// Claims what is due, sends it, and looks again.
pub(super) struct Dispatcher {
    store: Store,
    attempts: Arc<Attempts>,
    made: mpsc::Sender<Attempt>,
    wake: Arc<Notify>,
    stop: CancellationToken,
    queue: Queue,
    running: JoinSet<()>,
    sending: HashMap<Id, Sending>,
    /// A claim that is being made; attempts go on meanwhile.
    look: Option<BoxFuture<'static, Result<Found, StoreError>>>,
    /// What the last look left out.
    left_out: Vec<String>,
    next_look: Instant,
}

struct Sending {
    webhook_id: String,
    retries: i64,
    origin: String,
}

struct Found {
    claimed: Vec<WebhookRow>,
    locked_until: Instant,
    /// When there is more.
    next_look: Instant,
}

impl Dispatcher {
    pub fn new(
        attempts: Attempts,
        made: mpsc::Sender<Attempt>,
        wake: Arc<Notify>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            store: attempts.store.clone(),
            attempts: Arc::new(attempts),
            made,
            wake,
            stop,
            queue: Queue::default(),
            running: JoinSet::new(),
            sending: HashMap::new(),
            look: None,
            left_out: Vec::new(),
            next_look: Instant::now(),
        }
    }

    /// Goes on until it is told to stop.
    pub async fn run(mut self) {
        while !self.stop.is_cancelled() {
            self.send_waiting().await;
            if self.look.is_none() && self.next_look <= Instant::now() && self.queue.room() > 0 {
                self.begin_look();
            }
            let resting = self.look.is_none() && self.queue.room() > 0;
            tokio::select! {
                found = OptionFuture::from(self.look.as_mut()), if self.look.is_some() => {
                    self.look = None;
                    self.take(found);
                }
                Some(ended) = self.running.join_next_with_id() => self.ended(ended).await,
                () = self.wake.notified() => self.next_look = Instant::now(),
                () = sleep_until(self.next_look), if resting => (),
                () = self.stop.cancelled() => (),
            }
        }
        self.wind_up().await;
    }

    async fn send_waiting(&mut self) {
        let mut stale = Vec::new();
        while let Some((origin, claimed)) = self.queue.next() {
            let Claimed {
                webhook,
                locked_until,
            } = claimed;
            if locked_until < Instant::now() + LOCK_LEFT {
                self.queue.done(&origin);
                stale.push(webhook.id);
                continue;
            }
            let sending = Sending {
                webhook_id: webhook.id.clone(),
                retries: webhook.retries,
                origin,
            };
            let (attempts, made) = (self.attempts.clone(), self.made.clone());
            let task = self.running.spawn(async move {
                let attempt = attempts.make(&webhook).await;
                // Fails only when the recorder is gone, and then the webhook is sent again when its lock ends.
                let _ = made.send(attempt).await;
            });
            self.sending.insert(task.id(), sending);
        }
        put_back(&self.store, &stale).await;
    }

    fn begin_look(&mut self) {
        let limit = CLAIM.min(self.queue.room());
        self.left_out = self.queue.busy();
        let look = look(self.store.clone(), limit, self.left_out.clone());
        self.look = Some(Box::pin(look));
        // Whoever calls from now on may have come too late for this one.
        self.next_look = Instant::now() + LONGEST_REST;
    }

    fn take(&mut self, found: Option<Result<Found, StoreError>>) {
        match found {
            Some(Ok(found)) => {
                for webhook in found.claimed {
                    self.queue.push(Claimed {
                        webhook,
                        locked_until: found.locked_until,
                    });
                }
                self.next_look = self.next_look.min(found.next_look);
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "Could not look for webhooks that are due");
                self.next_look = Instant::now() + PAUSE;
            }
            None => (),
        }
    }

    async fn ended(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = match &ended {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        let Some(sent) = self.sending.remove(&id) else {
            return;
        };
        self.queue.done(&sent.origin);
        if let Err(error) = ended {
            tracing::error!(webhook = sent.webhook_id, %error, "Failed while sending a webhook");
            let attempt = self.attempts.broken(sent.webhook_id, sent.retries);
            // As above: it is sent again when its lock ends.
            let _ = self.made.send(attempt).await;
        }
        if self
            .left_out
            .iter()
            .any(|origin| !self.queue.is_busy(origin))
        {
            self.left_out.clear();
            self.next_look = Instant::now();
        }
    }

    /// Lets running attempts end, and gives back what was not tried or not answered.
    async fn wind_up(mut self) {
        let deadline = Instant::now() + GRACE;
        let waiting = self.queue.take_waiting();
        let mut back: Vec<_> = waiting
            .into_iter()
            .map(|claimed| claimed.webhook.id)
            .collect();
        if let Some(look) = self.look.take()
            && let Ok(Ok(found)) = timeout_at(deadline, look).await
        {
            back.extend(found.claimed.into_iter().map(|webhook| webhook.id));
        }
        put_back(&self.store, &back).await;
        while let Ok(Some(ended)) = timeout_at(deadline, self.running.join_next_with_id()).await {
            if let Ok((id, ())) = ended {
                self.sending.remove(&id);
            }
        }
        self.running.shutdown().await;
        let unanswered: Vec<_> = self
            .sending
            .into_values()
            .map(|sent| sent.webhook_id)
            .collect();
        put_back(&self.store, &unanswered).await;
    }
}

async fn put_back(store: &Store, ids: &[String]) {
    if ids.is_empty() {
        return;
    }
    if let Err(error) = store.webhooks().put_back(ids, 0).await {
        // Their locks end by themselves.
        tracing::warn!(webhooks = ids.len(), %error, "Could not give webhooks back");
    }
}

async fn look(store: Store, limit: usize, left_out: Vec<String>) -> Result<Found, StoreError> {
    let begun = Instant::now();
    let lock = i64::try_from(LOCK.as_millis()).unwrap_or(i64::MAX);
    let many = u32::try_from(limit).unwrap_or(u32::MAX);
    let webhooks = store.webhooks();
    let claimed = webhooks
        .claim_due(many, store.now_ms().saturating_add(lock), &left_out)
        .await?;
    let next_look = if claimed.len() == limit {
        begun
    } else {
        let due = webhooks.next_due_ms(&left_out).await?;
        let left = due.map_or(i64::MAX, |due| due.saturating_sub(store.now_ms()));
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        Instant::now() + left.clamp(SHORTEST_REST, LONGEST_REST)
    };
    Ok(Found {
        claimed,
        locked_until: begun + LOCK,
        next_look,
    })
}
