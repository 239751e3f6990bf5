use std::time::Duration;

use sqlx::AnyConnection;
use tokio::time::{Instant, timeout_at};

use crate::{IDEMPOTENCY_SECONDS, Store, StoreError, nul::without_nul, random_base62, row};

/// A request that neither ended nor gave up within this many seconds lost its process; its key is free again.
const LEASE_SECONDS: i64 = 300;
/// How long a waiting request sleeps when nobody wakes it: only an end in another process is found this way.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// What an `Idempotency-Key` is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Keys of different workspaces never meet.
    pub workspace_id: String,
    /// Method and route, e.g. `POST /desktops`.
    pub route: String,
    /// The header's value.
    pub key: String,
    /// SHA-256 hex of the request body ([`crate::sha256_hex`]).
    pub request_hash: String,
}

/// What to do with a request that carries an idempotency key.
#[derive(Debug)]
pub enum Begin {
    /// It is the first: run it, then [`Ticket::finish`] or [`Ticket::abandon`].
    Run(Ticket),
    /// It was answered before: give this again.
    Answered {
        /// HTTP status of the first answer.
        status: u16,
        /// Its body.
        body: String,
    },
    /// The first one is still running.
    InProgress,
    /// The key was used with another body.
    Mismatch,
}

/// The right to run the request of one idempotency key. Dropped without an end, it gives the key up, so
/// keep it in the task that does the work: one that a disconnecting client cannot cancel.
#[derive(Debug)]
#[must_use = "a dropped ticket gives the key up"]
pub struct Ticket {
    store: Store,
    bound: IdempotencyKey,
    owner: String,
    ended: bool,
}

/// The idempotent answers of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyTable<'a> {
    pub(crate) store: &'a Store,
}

impl IdempotencyTable<'_> {
    /// Asks whether to run a request. Of any number of identical ones at once, exactly one gets [`Begin::Run`].
    pub async fn begin(self, bound: &IdempotencyKey) -> Result<Begin, StoreError> {
        let bound = IdempotencyKey {
            workspace_id: without_nul(&bound.workspace_id),
            route: without_nul(&bound.route),
            key: without_nul(&bound.key),
            request_hash: without_nul(&bound.request_hash),
        };
        let owner = format!("{}/{}", self.store.process(), random_base62(22)?);
        let now = self.store.now();
        let mut tx = self.store.write().await?;
        sqlx::query(
            "DELETE FROM idempotency WHERE workspace_id = $1 AND route = $2 AND idempotency_key = $3 \
             AND (created_at <= $4 OR (status IS NULL AND locked_until <= $5))",
        )
        .bind(bound.workspace_id.clone())
        .bind(bound.route.clone())
        .bind(bound.key.clone())
        .bind(now - IDEMPOTENCY_SECONDS)
        .bind(now)
        .execute(&mut *tx)
        .await?;
        let inserted = sqlx::query(
            "INSERT INTO idempotency (workspace_id, route, idempotency_key, request_hash, owner, \
             locked_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (workspace_id, route, idempotency_key) DO NOTHING",
        )
        .bind(bound.workspace_id.clone())
        .bind(bound.route.clone())
        .bind(bound.key.clone())
        .bind(bound.request_hash.clone())
        .bind(owner.clone())
        .bind(now + LEASE_SECONDS)
        .bind(now)
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 1 {
            tx.commit().await?;
            return Ok(Begin::Run(Ticket {
                store: self.store.clone(),
                bound,
                owner,
                ended: false,
            }));
        }
        let found = sqlx::query(
            "SELECT request_hash, status, body FROM idempotency \
             WHERE workspace_id = $1 AND route = $2 AND idempotency_key = $3",
        )
        .bind(bound.workspace_id)
        .bind(bound.route)
        .bind(bound.key)
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        match found {
            Some(found) => answer(&found, &bound.request_hash),
            // Given up between the two statements, by another process: the caller asks again.
            None => Ok(Begin::InProgress),
        }
    }

    /// [`IdempotencyTable::begin`], waiting at most `patience` for a running first request to end.
    pub async fn begin_or_wait(
        self,
        bound: &IdempotencyKey,
        patience: Duration,
    ) -> Result<Begin, StoreError> {
        let deadline = Instant::now() + patience;
        loop {
            // Listening starts before looking, so that an end in between is not missed.
            let ended = self.store.request_ended().notified();
            tokio::pin!(ended);
            ended.as_mut().enable();
            match self.begin(bound).await? {
                Begin::InProgress if Instant::now() < deadline => {
                    let wake = deadline.min(Instant::now() + LOOK_AGAIN);
                    let _ = timeout_at(wake, ended).await;
                }
                other => return Ok(other),
            }
        }
    }

    /// Frees the keys of requests that never ended in an earlier process of this one's name
    /// ([`Store::call_process`]), and says how many: what that was doing nobody is doing any more.
    pub async fn release_unfinished(self) -> Result<u64, StoreError> {
        let own = format!("{}/", self.store.process());
        let mut tx = self.store.write().await?;
        let done = sqlx::query(
            "DELETE FROM idempotency WHERE status IS NULL AND SUBSTR(owner, 1, LENGTH($1)) = $1",
        )
        .bind(own)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.store.request_ended().notify_waiters();
        Ok(done.rows_affected())
    }

    /// Removes answers older than 24 h and says how many.
    pub async fn delete_expired(self) -> Result<u64, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query("DELETE FROM idempotency WHERE created_at <= $1")
            .bind(self.store.now() - IDEMPOTENCY_SECONDS)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

impl Ticket {
    /// Keeps an answer for 24 h, in a transaction of what it tells of; then [`Ticket::ended`]. Fails when another request
    /// has the key, so that nothing is made twice.
    pub(crate) async fn write(
        &self,
        tx: &mut AnyConnection,
        status: u16,
        body: &str,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE idempotency SET status = $5, body = $6 \
             WHERE workspace_id = $1 AND route = $2 AND idempotency_key = $3 AND owner = $4",
        )
        .bind(self.bound.workspace_id.clone())
        .bind(self.bound.route.clone())
        .bind(self.bound.key.clone())
        .bind(self.owner.clone())
        .bind(i64::from(status))
        .bind(without_nul(body))
        .execute(tx)
        .await?;
        match done.rows_affected() {
            0 => Err(StoreError::LeaseLost),
            _ => Ok(()),
        }
    }

    /// Tells those who wait for the answer that it is there.
    pub(crate) fn ended(mut self) {
        self.ended = true;
        self.store.request_ended().notify_waiters();
    }

    /// Keeps the answer for 24 h, when what it tells of is there already. The body is stored as it is: not for answers
    /// that hold a secret.
    pub async fn finish(mut self, status: u16, body: &str) -> Result<(), StoreError> {
        // The work is done: should storing fail, the key stays taken for its lease rather than free for a
        // second run.
        self.ended = true;
        let mut tx = self.store.write().await?;
        match self.write(&mut tx, status, body).await {
            Err(StoreError::LeaseLost) => {
                tracing::warn!(route = %self.bound.route, "idempotent request outlived its lease, answer not kept");
            }
            other => other?,
        }
        tx.commit().await?;
        self.ended();
        Ok(())
    }

    /// Frees the key: the next request with it runs.
    pub async fn abandon(mut self) -> Result<(), StoreError> {
        self.ended = true;
        abandon(&self.store, &self.bound, &self.owner).await
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // Without a runtime the process is ending; the lease runs out then.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (store, bound, owner) = (self.store.clone(), self.bound.clone(), self.owner.clone());
        runtime.spawn(async move {
            if let Err(error) = abandon(&store, &bound, &owner).await {
                tracing::warn!(%error, "idempotency key not freed before its lease ends");
            }
        });
    }
}

async fn abandon(store: &Store, bound: &IdempotencyKey, owner: &str) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    sqlx::query(
        "DELETE FROM idempotency WHERE workspace_id = $1 AND route = $2 AND idempotency_key = $3 \
         AND owner = $4 AND status IS NULL",
    )
    .bind(bound.workspace_id.clone())
    .bind(bound.route.clone())
    .bind(bound.key.clone())
    .bind(owner.to_owned())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    store.request_ended().notify_waiters();
    Ok(())
}

fn answer(found: &sqlx::any::AnyRow, request_hash: &str) -> Result<Begin, StoreError> {
    if row::text(found, "request_hash")? != request_hash {
        return Ok(Begin::Mismatch);
    }
    let Some(status) = row::int_opt(found, "status")? else {
        return Ok(Begin::InProgress);
    };
    Ok(Begin::Answered {
        status: u16::try_from(status).map_err(|_| StoreError::Corrupt {
            what: "idempotency.status",
            detail: status.to_string(),
        })?,
        body: row::text_opt(found, "body")?.unwrap_or_default(),
    })
}
