use nen_protocol::workflow::RunStatus;
use serde_json::json;
use sqlx::AnyConnection;

use crate::{
    Answer, NewRun, NewWebhook, RunEnd, RunRow, Store, StoreError, Used, audit,
    nul::{without_nul, without_nul_opt},
    row, usage, webhooks,
};

/// Which runs to list.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    /// Of this workflow only.
    pub workflow_id: Option<String>,
    /// In this status only.
    pub status: Option<RunStatus>,
    /// Accepted before the one with this [`RunRow::number`].
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// How a wish to cancel was taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Cancel {
    /// It was waiting and has ended now.
    Ended(Box<RunRow>),
    /// It is being executed; its worker is told.
    Asked(Box<RunRow>),
    /// It had ended before.
    TooLate(Box<RunRow>),
    /// There is no such run.
    Unknown,
}

/// What a run has used since it was last noted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunUse {
    /// Tokens read.
    pub input_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
    /// US dollars.
    pub cost_usd: f64,
}

/// The runs of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct Runs<'a> {
    pub(crate) store: &'a Store,
}

const SELECT: &str =
    "SELECT r.*, w.name AS workflow_name FROM runs r JOIN workflows w ON w.id = r.workflow_id";

impl Runs<'_> {
    /// Stores a run that waits.
    pub async fn insert(self, new: &NewRun) -> Result<(), StoreError> {
        self.insert_answering(new, Answer::none()).await
    }

    /// [`Runs::insert`] with an answer that is kept with it.
    pub async fn insert_answering(
        self,
        new: &NewRun,
        answer: Answer<NewRun>,
    ) -> Result<(), StoreError> {
        let doer = self.store.doer().cloned().unwrap_or_default();
        let mut tx = self.store.write().await?;
        sqlx::query(
            "INSERT INTO runs (id, number, workspace_id, workflow_id, workflow_version, status, params, secrets, \
             options, webhook_callback, concurrency_key, actor, attempt, queued_until_ms, cancel_requested, touched, \
             steps, input_tokens, output_tokens, cost_usd, created_ms, request_id, traceparent) \
             VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9, $10, $11, 0, $12, 0, 0, 0, 0, 0, 0, $13, $14, $15)",
        )
        .bind(new.id.clone())
        .bind(self.store.next_number())
        .bind(new.workspace_id.clone())
        .bind(new.workflow_id.clone())
        .bind(new.workflow_version)
        .bind(new.params.to_string())
        .bind(new.secrets.clone())
        .bind(new.options.to_string())
        .bind(without_nul_opt(new.webhook_callback.as_deref()))
        .bind(without_nul_opt(new.concurrency_key.as_deref()))
        .bind(without_nul(&new.actor))
        .bind(new.queued_until_ms)
        .bind(self.store.now_ms())
        .bind(doer.request_id)
        .bind(doer.traceparent)
        .execute(&mut *tx)
        .await?;
        let written = answer.write(&mut tx, new).await?;
        tx.commit().await?;
        written.committed();
        Ok(())
    }

    /// A run of this workspace.
    pub async fn get(self, workspace_id: &str, id: &str) -> Result<Option<RunRow>, StoreError> {
        let found = self.find(id).await?;
        Ok(found.filter(|run| run.workspace_id == workspace_id))
    }

    /// [`Runs::get`] whatever its workspace.
    pub async fn find(self, id: &str) -> Result<Option<RunRow>, StoreError> {
        sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE r.id = $1")))
            .bind(without_nul(id))
            .fetch_optional(self.store.read())
            .await?
            .as_ref()
            .map(RunRow::from_row)
            .transpose()
    }

    /// Runs of a workspace, newest first.
    pub async fn list(
        self,
        workspace_id: &str,
        filter: &RunFilter,
    ) -> Result<Vec<RunRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE r.workspace_id = $1 AND ($2 IS NULL OR r.workflow_id = $2) \
             AND ($3 IS NULL OR r.status = $3) AND r.number < $4 ORDER BY r.number DESC LIMIT $5"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(workspace_id.to_owned())
            .bind(without_nul_opt(filter.workflow_id.as_deref()))
            .bind(filter.status.map(|status| status.as_str().to_owned()))
            .bind(filter.before.unwrap_or(i64::MAX))
            .bind(i64::from(filter.limit))
            .fetch_all(self.store.read())
            .await?
            .iter()
            .map(RunRow::from_row)
            .collect()
    }

    /// Gives the oldest run that may begin to a worker, until `lease_until_ms`. The webhook that `announce` makes of a
    /// run that begins for the first time is stored in the same transaction.
    ///
    /// A run may begin when fewer than `per_workspace` of its workspace are running, and none with its concurrency key.
    pub async fn claim(
        self,
        worker: &str,
        lease_until_ms: i64,
        per_workspace: u32,
        announce: impl FnOnce(&RunRow) -> Option<NewWebhook>,
    ) -> Result<Option<RunRow>, StoreError> {
        let now = self.store.now_ms();
        // Looking is cheap; an empty queue must not take the lock of everybody who writes.
        let waiting = sqlx::query("SELECT 1 FROM runs WHERE status = 'queued' LIMIT 1")
            .fetch_optional(self.store.read())
            .await?;
        if waiting.is_none() {
            return Ok(None);
        }
        let mut tx = self.store.write().await?;
        // Claims go one at a time on both databases: two at once would count the same running ones.
        sqlx::query(
            "INSERT INTO settings (scope, name, value, updated_at) VALUES ('', 'run_claim_lock', '', 0) \
             ON CONFLICT (scope, name) DO UPDATE SET updated_at = 0",
        )
        .execute(&mut *tx)
        .await?;
        let claimed = sqlx::query(
            "UPDATE runs SET status = 'running', worker = $1, lease_until_ms = $2, attempt = attempt + 1, \
             started_ms = COALESCE(started_ms, $3) WHERE id = (SELECT r.id FROM runs r \
             WHERE r.status = 'queued' AND r.queued_until_ms > $3 AND r.cancel_requested = 0 \
             AND (r.concurrency_key IS NULL OR NOT EXISTS (SELECT 1 FROM runs o WHERE o.status = 'running' \
               AND o.workspace_id = r.workspace_id AND o.concurrency_key = r.concurrency_key)) \
             AND (SELECT COUNT(*) FROM runs o WHERE o.status = 'running' AND o.workspace_id = r.workspace_id) < $4 \
             ORDER BY r.number LIMIT 1) AND status = 'queued' RETURNING id",
        )
        .bind(worker.to_owned())
        .bind(lease_until_ms)
        .bind(now)
        .bind(i64::from(per_workspace))
        .fetch_optional(&mut *tx)
        .await?;
        let Some(claimed) = claimed else {
            // Nothing changed but the lock's row, which need not be written.
            tx.rollback().await?;
            return Ok(None);
        };
        let run = reread(&mut tx, &row::text(&claimed, "id")?).await?;
        if run.attempt == 1
            && let Some(webhook) = announce(&run)
        {
            webhooks::insert(&mut tx, &run, &webhook, now).await?;
        }
        tx.commit().await?;
        Ok(Some(run))
    }

    /// Prolongs the leases of a worker's runs. Answers the ids it still holds, and whether each is to be cancelled.
    pub async fn renew(
        self,
        worker: &str,
        lease_until_ms: i64,
    ) -> Result<Vec<(String, bool)>, StoreError> {
        let mut tx = self.store.write().await?;
        let held = sqlx::query(
            "UPDATE runs SET lease_until_ms = $2 WHERE worker = $1 AND status = 'running' \
             RETURNING id, cancel_requested",
        )
        .bind(worker.to_owned())
        .bind(lease_until_ms)
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        held.iter()
            .map(|found| {
                Ok((
                    row::text(found, "id")?,
                    row::flag(found, "cancel_requested")?,
                ))
            })
            .collect()
    }

    /// Notes the desktop that a run has, before it does anything on it. False: the worker has lost the run.
    pub async fn assign_desktop(
        self,
        id: &str,
        worker: &str,
        desktop_id: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(
            "UPDATE runs SET desktop_id = $3 WHERE id = $1 AND worker = $2 AND status = 'running'",
        )
        .bind(id.to_owned())
        .bind(worker.to_owned())
        .bind(desktop_id.to_owned())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a run is about to act on its desktop: from then on it cannot be begun again. False: the worker has lost the run.
    pub async fn touch(self, id: &str, worker: &str, desktop_id: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(
            "UPDATE runs SET desktop_id = $3, touched = 1 WHERE id = $1 AND worker = $2 AND status = 'running'",
        )
        .bind(id.to_owned())
        .bind(worker.to_owned())
        .bind(desktop_id.to_owned())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Adds to what a run has used.
    pub async fn add_use(self, id: &str, used: RunUse) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(
            "UPDATE runs SET input_tokens = input_tokens + $2, output_tokens = output_tokens + $3, \
             cost_usd = cost_usd + $4 WHERE id = $1",
        )
        .bind(id.to_owned())
        .bind(used.input_tokens)
        .bind(used.output_tokens)
        .bind(used.cost_usd)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Ends a run that this worker executes, erases its secrets, and stores the webhook that is owed, all or none.
    /// None: the worker has lost the run, and somebody else says how it ended.
    pub async fn finish(
        self,
        id: &str,
        worker: &str,
        end: &RunEnd,
        announce: impl FnOnce(&RunRow) -> Option<NewWebhook>,
    ) -> Result<Option<RunRow>, StoreError> {
        let mut tx = self.store.write().await?;
        if !end_where(
            &mut tx,
            self.store.now_ms(),
            id,
            end,
            "running",
            Some(worker),
        )
        .await?
        {
            return Ok(None);
        }
        self.announce(tx, id, announce).await.map(Some)
    }

    /// Ends a run that still waits, as [`Runs::finish`] does. None: it does not wait any more.
    pub async fn end_queued(
        self,
        id: &str,
        end: &RunEnd,
        announce: impl FnOnce(&RunRow) -> Option<NewWebhook>,
    ) -> Result<Option<RunRow>, StoreError> {
        let mut tx = self.store.write().await?;
        if !end_where(&mut tx, self.store.now_ms(), id, end, "queued", None).await? {
            return Ok(None);
        }
        self.announce(tx, id, announce).await.map(Some)
    }

    /// Puts a run back that its worker had not touched a desktop for. False: it cannot be begun again.
    pub async fn requeue(self, id: &str, worker: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(
            "UPDATE runs SET status = 'queued', worker = NULL, lease_until_ms = NULL \
             WHERE id = $1 AND worker = $2 AND status = 'running' AND touched = 0 AND cancel_requested = 0",
        )
        .bind(id.to_owned())
        .bind(worker.to_owned())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Asks for the end of a run: one that waits ends at once, by `end`.
    pub async fn cancel(
        self,
        workspace_id: &str,
        id: &str,
        end: &RunEnd,
        announce: impl FnOnce(&RunRow) -> Option<NewWebhook>,
    ) -> Result<Cancel, StoreError> {
        let mut tx = self.store.write().await?;
        // Holds the row until the commit: a run that begins or is put back meanwhile would slip through between.
        let found = sqlx::query(
            "UPDATE runs SET cancel_requested = cancel_requested WHERE id = $1 AND workspace_id = $2",
        )
        .bind(without_nul(id))
        .bind(without_nul(workspace_id))
        .execute(&mut *tx)
        .await?;
        if found.rows_affected() == 0 {
            return Ok(Cancel::Unknown);
        }
        if end_where(&mut tx, self.store.now_ms(), id, end, "queued", None).await? {
            audit::note(&mut tx, self.store, "run.cancel", id, json!({})).await?;
            let ended = self.announce(tx, id, announce).await?;
            return Ok(Cancel::Ended(Box::new(ended)));
        }
        let asked = sqlx::query(
            "UPDATE runs SET cancel_requested = 1 WHERE id = $1 AND status = 'running'",
        )
        .bind(without_nul(id))
        .execute(&mut *tx)
        .await?;
        let run = reread(&mut tx, id).await?;
        if asked.rows_affected() > 0 {
            audit::note(&mut tx, self.store, "run.cancel", id, json!({})).await?;
        }
        tx.commit().await?;
        Ok(match asked.rows_affected() {
            0 => Cancel::TooLate(Box::new(run)),
            _ => Cancel::Asked(Box::new(run)),
        })
    }

    /// Runs whose worker has given no sign of life in time.
    pub async fn lost(self) -> Result<Vec<RunRow>, StoreError> {
        self.select(
            "r.status = 'running' AND r.lease_until_ms <= $1",
            self.store.now_ms(),
        )
        .await
    }

    /// Runs that one worker executes.
    pub async fn held_by(self, worker: &str) -> Result<Vec<RunRow>, StoreError> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE r.status = 'running' AND r.worker = $1 ORDER BY r.number"
        )))
        .bind(worker.to_owned())
        .fetch_all(self.store.read())
        .await?
        .iter()
        .map(RunRow::from_row)
        .collect()
    }

    /// How many runs of a workspace are in execution.
    pub async fn running(self, workspace_id: &str) -> Result<i64, StoreError> {
        let found = sqlx::query(
            "SELECT COUNT(*) AS many FROM runs WHERE workspace_id = $1 AND status = 'running'",
        )
        .bind(workspace_id.to_owned())
        .fetch_one(self.store.read())
        .await?;
        row::int(&found, "many")
    }

    /// Runs that have waited for too long.
    pub async fn overdue(self) -> Result<Vec<RunRow>, StoreError> {
        self.select(
            "r.status = 'queued' AND r.queued_until_ms <= $1",
            self.store.now_ms(),
        )
        .await
    }

    /// Counts by status over all workspaces, for metrics.
    pub async fn counts(self) -> Result<Vec<(RunStatus, i64)>, StoreError> {
        let found = sqlx::query("SELECT status, COUNT(*) AS many FROM runs GROUP BY status")
            .fetch_all(self.store.read())
            .await?;
        let mut counts = Vec::new();
        for found in &found {
            if let Some(status) = RunStatus::of(&row::text(found, "status")?) {
                counts.push((status, row::int(found, "many")?));
            }
        }
        Ok(counts)
    }

    /// When the oldest run was accepted that waits to begin, Unix milliseconds.
    pub async fn oldest_queued_ms(self) -> Result<Option<i64>, StoreError> {
        let found =
            sqlx::query("SELECT MIN(created_ms) AS oldest FROM runs WHERE status = 'queued'")
                .fetch_one(self.store.read())
                .await?;
        row::int_opt(&found, "oldest")
    }

    async fn select(self, condition: &str, now: i64) -> Result<Vec<RunRow>, StoreError> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE {condition} ORDER BY r.number LIMIT 1000"
        )))
        .bind(now)
        .fetch_all(self.store.read())
        .await?
        .iter()
        .map(RunRow::from_row)
        .collect()
    }

    async fn announce(
        self,
        mut tx: sqlx::Transaction<'static, sqlx::Any>,
        id: &str,
        announce: impl FnOnce(&RunRow) -> Option<NewWebhook>,
    ) -> Result<RunRow, StoreError> {
        let run = reread(&mut tx, id).await?;
        if let Some(webhook) = announce(&run) {
            webhooks::insert(&mut tx, &run, &webhook, self.store.now_ms()).await?;
        }
        let used = Used {
            runs: 1,
            runs_failed: i64::from(run.status != RunStatus::Completed),
            ..Used::default()
        };
        usage::add(&mut tx, &run.workspace_id, self.store.now_ms(), used).await?;
        tx.commit().await?;
        Ok(run)
    }
}

async fn end_where(
    tx: &mut AnyConnection,
    now: i64,
    id: &str,
    end: &RunEnd,
    from: &str,
    worker: Option<&str>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE runs SET status = $2, result = $3, error = $4, error_type = $5, assets_bytes = $6, \
         finished_ms = $7, secrets = NULL, lease_until_ms = NULL \
         WHERE id = $1 AND status = $8 AND ($9 IS NULL OR worker = $9)",
    )
    .bind(without_nul(id))
    .bind(end.status.as_str().to_owned())
    .bind(end.result.as_ref().map(ToString::to_string))
    .bind(without_nul_opt(end.error.as_deref()))
    .bind(without_nul_opt(end.error_type.as_deref()))
    .bind(end.assets_bytes)
    .bind(now)
    .bind(from.to_owned())
    .bind(worker.map(str::to_owned))
    .execute(tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

async fn reread(tx: &mut AnyConnection, id: &str) -> Result<RunRow, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE r.id = $1")))
        .bind(without_nul(id))
        .fetch_optional(tx)
        .await?
        .ok_or_else(|| StoreError::Missing {
            what: "run",
            id: id.to_owned(),
        })?;
    RunRow::from_row(&found)
}
