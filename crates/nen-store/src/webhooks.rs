use nen_protocol::workflow::WebhookStatus;
use sqlx::AnyConnection;

use crate::{
    AttemptRow, NewWebhook, RunRow, Store, StoreError, WebhookRow,
    nul::{without_nul, without_nul_opt},
    row,
};

/// An attempt that was made, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Which webhook.
    pub webhook_id: String,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// What the receiver answered.
    pub status_code: Option<u16>,
    /// Why it failed.
    pub error: Option<String>,
    /// What follows.
    pub outcome: Outcome,
}

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: it was taken.
    Delivered,
    /// Another attempt at this time, Unix milliseconds.
    Retry(i64),
    /// Nothing: it is given up.
    Failed,
}

/// Webhooks that are still to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// How many.
    pub webhooks: i64,
    /// Since when the oldest of them has been owed, Unix milliseconds.
    pub oldest_ms: Option<i64>,
    /// When the next attempt is due, Unix milliseconds; in the past when it is late.
    pub due_ms: Option<i64>,
}

/// The webhooks of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct Webhooks<'a> {
    pub(crate) store: &'a Store,
}

const FIRST_PENDING: &str = "h.delivery = 'pending' AND NOT EXISTS (SELECT 1 FROM webhooks e \
     WHERE e.run_id = h.run_id AND e.position < h.position AND e.delivery = 'pending')";

impl Webhooks<'_> {
    /// Up to `limit` webhooks that are due, oldest first, for this process alone until `locked_until_ms`. Of a run, only
    /// the first that is still pending is ever given. What goes to one of the origins in `except`
    /// (`https://example.com/`, as stored URLs begin) is left, so that a receiver that is slow keeps no other waiting.
    pub async fn claim_due(
        self,
        limit: u32,
        locked_until_ms: i64,
        except: &[String],
    ) -> Result<Vec<WebhookRow>, StoreError> {
        let now = self.store.now_ms();
        let skip = match self.store.backend() {
            crate::Backend::Sqlite => "",
            crate::Backend::Postgres => " FOR UPDATE OF h SKIP LOCKED",
        };
        // Materialized: a plan that asked the inner query twice would lock more than it answers.
        let sql = format!(
            "WITH due AS MATERIALIZED (SELECT h.id FROM webhooks h \
             WHERE h.next_ms <= $2 AND h.locked_until_ms <= $2 AND {}{} ORDER BY h.next_ms LIMIT $3{skip}) \
             UPDATE webhooks SET locked_until_ms = $1 WHERE id IN (SELECT id FROM due) RETURNING *",
            FIRST_PENDING,
            not_to(except, 4),
        );
        let mut tx = self.store.write().await?;
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(locked_until_ms)
            .bind(now)
            .bind(i64::from(limit));
        for origin in except {
            query = query.bind(without_nul(origin));
        }
        let claimed = query.fetch_all(&mut *tx).await?;
        if claimed.is_empty() {
            tx.rollback().await?;
            return Ok(Vec::new());
        }
        tx.commit().await?;
        let mut rows = claimed
            .iter()
            .map(WebhookRow::from_row)
            .collect::<Result<Vec<_>, _>>()?;
        rows.sort_by_key(|row| row.next_ms);
        Ok(rows)
    }

    /// When something is due next, Unix milliseconds; in the past when it is due already. What goes to `except` does
    /// not count, as for [`Webhooks::claim_due`].
    pub async fn next_due_ms(self, except: &[String]) -> Result<Option<i64>, StoreError> {
        let sql = format!(
            "SELECT MIN(CASE WHEN h.locked_until_ms > h.next_ms THEN h.locked_until_ms ELSE h.next_ms END) AS due \
             FROM webhooks h WHERE {}{}",
            FIRST_PENDING,
            not_to(except, 1),
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for origin in except {
            query = query.bind(without_nul(origin));
        }
        row::int_opt(&query.fetch_one(self.store.read()).await?, "due")
    }

    /// What is owed over all workspaces, for metrics.
    pub async fn owed(self) -> Result<Owed, StoreError> {
        let found = sqlx::query(
            "SELECT COUNT(*) AS many, MIN(created_ms) AS oldest FROM webhooks WHERE delivery = 'pending'",
        )
        .fetch_one(self.store.read())
        .await?;
        Ok(Owed {
            webhooks: row::int(&found, "many")?,
            oldest_ms: row::int_opt(&found, "oldest")?,
            due_ms: self.next_due_ms(&[]).await?,
        })
    }

    /// Gives webhooks back that were claimed and not tried; nobody gets them before `not_before_ms`.
    pub async fn put_back(self, ids: &[String], not_before_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        for id in ids {
            sqlx::query(
                "UPDATE webhooks SET locked_until_ms = 0, \
                 next_ms = CASE WHEN next_ms < $2 THEN $2 ELSE next_ms END WHERE id = $1",
            )
            .bind(id.clone())
            .bind(not_before_ms)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Stores attempts and what follows them, all or none. What was delivered meanwhile stays delivered, and attempts
    /// of a webhook that is gone are dropped.
    pub async fn record(self, attempts: &[Attempt]) -> Result<(), StoreError> {
        let mut attempts: Vec<_> = attempts.iter().collect();
        // Rows are locked in one order by all, and so nobody waits in a circle.
        attempts.sort_by(|one, other| one.webhook_id.cmp(&other.webhook_id));
        let mut tx = self.store.write().await?;
        for attempt in attempts {
            record(&mut tx, attempt).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The webhooks of a run in their order, each with its attempts.
    pub async fn of_run(
        self,
        run_id: &str,
    ) -> Result<Vec<(WebhookRow, Vec<AttemptRow>)>, StoreError> {
        // One statement, so that a webhook and its attempts are of the same moment.
        let found = sqlx::query(
            "SELECT h.*, a.number, a.at_ms, a.duration_ms, a.status_code, a.error FROM webhooks h \
             LEFT JOIN webhook_attempts a ON a.webhook_id = h.id WHERE h.run_id = $1 ORDER BY h.position, a.number",
        )
        .bind(without_nul(run_id))
        .fetch_all(self.store.read())
        .await?;
        let mut list: Vec<(WebhookRow, Vec<AttemptRow>)> = Vec::new();
        for found in &found {
            let webhook = WebhookRow::from_row(found)?;
            let attempt = match row::int_opt(found, "number")? {
                Some(_) => Some(AttemptRow::from_row(found)?),
                None => None,
            };
            match list.last_mut() {
                Some((last, attempts)) if last.id == webhook.id => attempts.extend(attempt),
                _ => list.push((webhook, attempt.into_iter().collect())),
            }
        }
        Ok(list)
    }

    /// Makes a webhook due now, with the whole schedule before it again. False: the run has no such webhook.
    pub async fn send_again(self, run_id: &str, webhook_id: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(
            "UPDATE webhooks SET delivery = 'pending', retries = 0, next_ms = $3 WHERE id = $1 AND run_id = $2",
        )
        .bind(without_nul(webhook_id))
        .bind(without_nul(run_id))
        .bind(self.store.now_ms())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Lets go of what an earlier process had claimed, for the start of the only server on this database.
    pub async fn release(self) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query("UPDATE webhooks SET locked_until_ms = 0 WHERE delivery = 'pending' AND locked_until_ms > 0")
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// Stores what a change of a run owes, in the transaction of that change.
pub(crate) async fn insert(
    tx: &mut AnyConnection,
    run: &RunRow,
    new: &NewWebhook,
    now: i64,
) -> Result<(), StoreError> {
    let (position, status) = match new.status {
        WebhookStatus::Processing => (1, "processing"),
        WebhookStatus::Success => (2, "success"),
        WebhookStatus::Failed => (2, "failed"),
    };
    sqlx::query(
        "INSERT INTO webhooks (id, run_id, workspace_id, position, status, url, body, delivery, retries, next_ms, \
         locked_until_ms, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', 0, $8, 0, $8)",
    )
    .bind(new.id.clone())
    .bind(run.id.clone())
    .bind(run.workspace_id.clone())
    .bind(i64::from(position))
    .bind(status.to_owned())
    .bind(without_nul(&new.url))
    .bind(without_nul(&new.body))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

async fn record(tx: &mut AnyConnection, attempt: &Attempt) -> Result<(), StoreError> {
    let (delivery, next) = match attempt.outcome {
        Outcome::Delivered => ("delivered", None),
        Outcome::Retry(at) => ("pending", Some(at)),
        Outcome::Failed => ("failed", None),
    };
    let found = sqlx::query(
        "UPDATE webhooks SET delivery = CASE WHEN delivery = 'pending' OR $2 = 'delivered' THEN $2 ELSE delivery END, \
         retries = retries + 1, next_ms = COALESCE($3, next_ms), locked_until_ms = 0 WHERE id = $1",
    )
    .bind(attempt.webhook_id.clone())
    .bind(delivery.to_owned())
    .bind(next)
    .execute(&mut *tx)
    .await?;
    if found.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO webhook_attempts (webhook_id, number, at_ms, duration_ms, status_code, error) \
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM webhook_attempts WHERE webhook_id = $1",
    )
    .bind(attempt.webhook_id.clone())
    .bind(attempt.at_ms)
    .bind(attempt.duration_ms)
    .bind(attempt.status_code.map(i64::from))
    .bind(without_nul_opt(attempt.error.as_deref()))
    .execute(tx)
    .await?;
    Ok(())
}

/// Conditions that leave out what goes to these origins, bound from `$first` on.
fn not_to(except: &[String], first: usize) -> String {
    (first..first + except.len())
        .map(|number| format!(" AND substr(h.url, 1, length(${number})) <> ${number}"))
        .collect()
}
