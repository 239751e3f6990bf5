use nen_protocol::workflow::LogStream;
use serde_json::Value;

use crate::{Store, StoreError, nul::without_nul, row};

/// One line of a run's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// 1, 2, 3… within its run.
    pub seq: i64,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// Who said it.
    pub stream: LogStream,
    /// What was said.
    pub text: String,
}

/// One call of the SDK.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRow {
    /// 1, 2, 3… within its run.
    pub number: i64,
    /// What is known about it; the store does not look inside.
    pub step: Value,
}

/// Logs and steps of the runs of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct RunRecords<'a> {
    pub(crate) store: &'a Store,
}

impl RunRecords<'_> {
    /// Adds lines to a run's log, all or none. Their numbers are the writer's business: a run has one.
    pub async fn append_log(self, run_id: &str, lines: &[LogRow]) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        for line in lines {
            sqlx::query(
                "INSERT INTO run_logs (run_id, seq, at_ms, stream, text) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(run_id.to_owned())
            .bind(line.seq)
            .bind(line.at_ms)
            .bind(line.stream.as_str().to_owned())
            .bind(without_nul(&line.text))
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// At most `limit` lines after the one numbered `after`, oldest first.
    pub async fn log(
        self,
        run_id: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LogRow>, StoreError> {
        let found = sqlx::query(
            "SELECT seq, at_ms, stream, text FROM run_logs WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(without_nul(run_id))
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(self.store.read())
        .await?;
        let line = |found: &sqlx::any::AnyRow| -> Result<LogRow, StoreError> {
            Ok(LogRow {
                seq: row::int(found, "seq")?,
                at_ms: row::int(found, "at_ms")?,
                stream: LogStream::of(&row::text(found, "stream")?).unwrap_or(LogStream::System),
                text: row::text(found, "text")?,
            })
        };
        found.iter().map(line).collect()
    }

    /// The number of a run's last line; 0 without any.
    pub async fn last_log(self, run_id: &str) -> Result<i64, StoreError> {
        let found =
            sqlx::query("SELECT COALESCE(MAX(seq), 0) AS last FROM run_logs WHERE run_id = $1")
                .bind(run_id.to_owned())
                .fetch_one(self.store.read())
                .await?;
        row::int(&found, "last")
    }

    /// Stores a step, or what has become of it.
    pub async fn put_step(self, run_id: &str, step: &StepRow) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(
            "INSERT INTO run_steps (run_id, number, step) VALUES ($1, $2, $3) \
             ON CONFLICT (run_id, number) DO UPDATE SET step = excluded.step",
        )
        .bind(run_id.to_owned())
        .bind(step.number)
        .bind(without_nul(&step.step.to_string()))
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE runs SET steps = $2 WHERE id = $1 AND steps < $2")
            .bind(run_id.to_owned())
            .bind(step.number)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// At most `limit` steps after the one numbered `after`, oldest first.
    pub async fn steps(
        self,
        run_id: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<StepRow>, StoreError> {
        let found = sqlx::query(
            "SELECT number, step FROM run_steps WHERE run_id = $1 AND number > $2 ORDER BY number LIMIT $3",
        )
        .bind(without_nul(run_id))
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(self.store.read())
        .await?;
        let step = |found: &sqlx::any::AnyRow| -> Result<StepRow, StoreError> {
            Ok(StepRow {
                number: row::int(found, "number")?,
                step: row::json(found, "step", "run_steps.step")?,
            })
        };
        found.iter().map(step).collect()
    }
}
