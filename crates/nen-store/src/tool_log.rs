use serde_json::Value;
use sqlx::any::AnyRow;

use crate::{
    Store, StoreError, TOOL_LOG_KEPT, Used,
    nul::{without_nul, without_nul_opt},
    row, usage,
};

/// One action of a tool, to be logged. Typed secrets must be redacted before it comes here.
#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry {
    /// E.g. `computer`.
    pub tool: String,
    /// E.g. `left_click`.
    pub action: String,
    /// As called, redacted.
    pub params: Value,
    /// `ok`, `error` or `skipped`.
    pub status: String,
    /// Short text of the result.
    pub output: Option<String>,
    /// What was wrong.
    pub error: Option<String>,
    /// `[x, y]` or the shape of the reply; `None` when it had none.
    pub coordinate: Option<Value>,
    /// Whether any pixel changed; `None` when nobody looked.
    pub changed: Option<bool>,
    /// Unix seconds with their fraction.
    pub started_at: f64,
    /// Milliseconds with their fraction.
    pub duration_ms: f64,
    /// Who did it, e.g. a key's id or `human`.
    pub actor: String,
}

/// A stored entry.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow {
    /// Counts up from 1 per desktop, never used twice.
    pub seq: i64,
    /// What was logged.
    pub entry: LogEntry,
    /// Name of the file with the screen after it; `None` when no picture was taken, or it was dropped.
    pub picture: Option<String>,
}

/// The tool logs of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct ToolLog<'a> {
    pub(crate) store: &'a Store,
}

impl ToolLog<'_> {
    /// Adds entries in their order, all or none, and drops what falls off the newest 10 000. Returns the
    /// number (`seq`) of the last one; [`StoreError::Missing`] when the desktop is unknown.
    pub async fn append(self, desktop_id: &str, entries: &[LogEntry]) -> Result<i64, StoreError> {
        let many = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let mut tx = self.store.write().await?;
        // The counter's row is locked until the commit, so concurrent batches neither mix nor collide.
        let found = sqlx::query(
            "UPDATE desktops SET last_log_seq = last_log_seq + $2 WHERE id = $1 \
             RETURNING last_log_seq, workspace_id",
        )
        .bind(without_nul(desktop_id))
        .bind(many)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| StoreError::Missing {
            what: "desktop",
            id: desktop_id.to_owned(),
        })?;
        let last = row::int(&found, "last_log_seq")?;
        for (seq, entry) in (last - many + 1..).zip(entries) {
            insert(&mut tx, desktop_id, seq, entry).await?;
        }
        sqlx::query("DELETE FROM tool_log WHERE desktop_id = $1 AND seq <= $2")
            .bind(desktop_id.to_owned())
            .bind(last - TOOL_LOG_KEPT)
            .execute(&mut *tx)
            .await?;
        let used = Used {
            actions: many,
            ..Used::default()
        };
        let workspace = row::text(&found, "workspace_id")?;
        usage::add(&mut tx, &workspace, self.store.now_ms(), used).await?;
        tx.commit().await?;
        Ok(last)
    }

    /// Notes the picture of the screen after an entry. False: the entry is gone.
    pub async fn set_picture(
        self,
        desktop_id: &str,
        seq: i64,
        picture: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let done =
            sqlx::query("UPDATE tool_log SET picture = $3 WHERE desktop_id = $1 AND seq = $2")
                .bind(without_nul(desktop_id))
                .bind(seq)
                .bind(picture.to_owned())
                .execute(&mut *tx)
                .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Forgets a picture whose file is gone, at every entry that shows it.
    pub async fn drop_picture(self, desktop_id: &str, picture: &str) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query("UPDATE tool_log SET picture = NULL WHERE desktop_id = $1 AND picture = $2")
            .bind(without_nul(desktop_id))
            .bind(picture.to_owned())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// One entry.
    pub async fn get(self, desktop_id: &str, seq: i64) -> Result<Option<LogRow>, StoreError> {
        sqlx::query("SELECT * FROM tool_log WHERE desktop_id = $1 AND seq = $2")
            .bind(without_nul(desktop_id))
            .bind(seq)
            .fetch_optional(self.store.read())
            .await?
            .as_ref()
            .map(from_row)
            .transpose()
    }

    /// The newest `limit` entries, those before `before` if given, newest last.
    pub async fn list(
        self,
        desktop_id: &str,
        limit: u32,
        before: Option<i64>,
    ) -> Result<Vec<LogRow>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM tool_log WHERE desktop_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
        )
        .bind(without_nul(desktop_id))
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .fetch_all(self.store.read())
        .await?;
        found.iter().rev().map(from_row).collect()
    }
}

async fn insert(
    tx: &mut sqlx::AnyConnection,
    desktop_id: &str,
    seq: i64,
    entry: &LogEntry,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tool_log (desktop_id, seq, tool, action, params, status, output, error, coordinate, \
         changed, started_at, duration_ms, actor) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(desktop_id.to_owned())
    .bind(seq)
    .bind(without_nul(&entry.tool))
    .bind(without_nul(&entry.action))
    .bind(entry.params.to_string())
    .bind(without_nul(&entry.status))
    .bind(without_nul_opt(entry.output.as_deref()))
    .bind(without_nul_opt(entry.error.as_deref()))
    .bind(entry.coordinate.as_ref().map(Value::to_string))
    .bind(entry.changed.map(i64::from))
    .bind(entry.started_at)
    .bind(entry.duration_ms)
    .bind(without_nul(&entry.actor))
    .execute(tx)
    .await?;
    Ok(())
}

fn from_row(found: &AnyRow) -> Result<LogRow, StoreError> {
    let coordinate = row::text_opt(found, "coordinate")?
        .map(|text| row::parse_json(&text, "tool_log.coordinate"))
        .transpose()?;
    Ok(LogRow {
        seq: row::int(found, "seq")?,
        entry: LogEntry {
            tool: row::text(found, "tool")?,
            action: row::text(found, "action")?,
            params: row::json(found, "params", "tool_log.params")?,
            status: row::text(found, "status")?,
            output: row::text_opt(found, "output")?,
            error: row::text_opt(found, "error")?,
            coordinate,
            changed: row::int_opt(found, "changed")?.map(|flag| flag != 0),
            started_at: row::float(found, "started_at")?,
            duration_ms: row::float(found, "duration_ms")?,
            actor: row::text(found, "actor")?,
        },
        picture: row::text_opt(found, "picture")?,
    })
}
