use serde_json::Value;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    DEFAULT_WORKSPACE, Store, StoreError,
    nul::{without_nul, without_nul_opt},
    random_id, row,
};

/// Who does something that is written down, and by which request. What the server does by itself has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doer {
    /// In whose name; none when nobody is known by what was shown.
    pub workspace_id: Option<String>,
    /// The name of a key, or `human` for who came by a link; empty when nobody is known.
    pub actor: String,
    /// The key.
    pub key_id: Option<String>,
    /// Where the request came from.
    pub address: Option<String>,
    /// Its id.
    pub request_id: Option<String>,
    /// The trace it is a part of, as the header `traceparent` says it.
    pub traceparent: Option<String>,
}

/// What was done. No secret stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// `key.create`, `desktop.delete`, …
    pub action: &'static str,
    /// Id of what it was done to.
    pub object: Option<String>,
    /// More about it; an object.
    pub detail: Value,
}

impl Deed {
    /// Something was done to this.
    pub fn to(action: &'static str, object: &str, detail: Value) -> Self {
        Self {
            action,
            object: Some(object.to_owned()),
            detail,
        }
    }
}

/// An entry.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// `aud_…`.
    pub id: String,
    /// Grows with time.
    pub number: i64,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// Who did it.
    pub doer: Doer,
    /// What.
    pub action: String,
    /// To what.
    pub object: Option<String>,
    /// More about it.
    pub detail: Value,
}

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this action; with a dot at its end, of all whose names begin so.
    pub action: Option<String>,
    /// By this actor's name or key's id.
    pub actor: Option<String>,
    /// About this.
    pub object: Option<String>,
    /// Not before this time, Unix milliseconds.
    pub since_ms: Option<i64>,
    /// Only those with a smaller number.
    pub before: Option<i64>,
    /// As many at most.
    pub limit: u32,
}

/// The audit log of a [`Store`]. There is no way to change an entry.
#[derive(Clone, Copy, Debug)]
pub struct Audit<'a> {
    pub(crate) store: &'a Store,
}

impl Audit<'_> {
    /// Writes down what was done elsewhere than in this database. What is done here is written by the same transaction, by
    /// a store that knows who does it: [`Store::by`].
    pub async fn add(self, doer: &Doer, deed: &Deed) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        insert(&mut tx, self.store, doer, deed).await?;
        Ok(tx.commit().await?)
    }

    /// Entries of a workspace, newest first; the default one's are also those of no workspace.
    pub async fn list(
        self,
        workspace_id: &str,
        filter: &AuditFilter,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let prefix = filter
            .action
            .as_ref()
            .filter(|action| action.ends_with('.'));
        let whole = filter
            .action
            .as_ref()
            .filter(|action| !action.ends_with('.'));
        sqlx::query(
            "SELECT * FROM audit WHERE (workspace_id = $1 OR (workspace_id IS NULL AND $1 = $2)) \
             AND ($3 IS NULL OR action = $3) AND ($4 IS NULL OR substr(action, 1, length($4)) = $4) \
             AND ($5 IS NULL OR actor = $5 OR key_id = $5) AND ($6 IS NULL OR object = $6) \
             AND at_ms >= $7 AND number < $8 ORDER BY number DESC LIMIT $9",
        )
        .bind(workspace_id.to_owned())
        .bind(DEFAULT_WORKSPACE.to_owned())
        .bind(without_nul_opt(whole.map(String::as_str)))
        .bind(without_nul_opt(prefix.map(String::as_str)))
        .bind(without_nul_opt(filter.actor.as_deref()))
        .bind(without_nul_opt(filter.object.as_deref()))
        .bind(filter.since_ms.unwrap_or_default())
        .bind(filter.before.unwrap_or(i64::MAX))
        .bind(i64::from(filter.limit))
        .fetch_all(self.store.read())
        .await?
        .iter()
        .map(from_row)
        .collect()
    }

    /// Removes entries from before this time, Unix milliseconds, and says how many.
    pub async fn forget_before(self, at_ms: i64) -> Result<u64, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query("DELETE FROM audit WHERE at_ms < $1")
            .bind(at_ms)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

/// Writes down what this transaction does, when the store knows who does it.
pub(crate) async fn note(
    tx: &mut AnyConnection,
    store: &Store,
    action: &'static str,
    object: &str,
    detail: Value,
) -> Result<(), StoreError> {
    match store.doer() {
        Some(doer) => insert(tx, store, doer, &Deed::to(action, object, detail)).await,
        None => Ok(()),
    }
}

async fn insert(
    tx: &mut AnyConnection,
    store: &Store,
    doer: &Doer,
    deed: &Deed,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit (id, number, at_ms, workspace_id, actor, key_id, address, action, object, request_id, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(random_id("aud")?)
    .bind(store.next_number())
    .bind(store.now_ms())
    .bind(without_nul_opt(doer.workspace_id.as_deref()))
    .bind(without_nul(&doer.actor))
    .bind(without_nul_opt(doer.key_id.as_deref()))
    .bind(without_nul_opt(doer.address.as_deref()))
    .bind(deed.action.to_owned())
    .bind(without_nul_opt(deed.object.as_deref()))
    .bind(without_nul_opt(doer.request_id.as_deref()))
    .bind(without_nul(&deed.detail.to_string()))
    .execute(tx)
    .await?;
    Ok(())
}

fn from_row(found: &AnyRow) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row::text(found, "id")?,
        number: row::int(found, "number")?,
        at_ms: row::int(found, "at_ms")?,
        doer: Doer {
            workspace_id: row::text_opt(found, "workspace_id")?,
            actor: row::text(found, "actor")?,
            key_id: row::text_opt(found, "key_id")?,
            address: row::text_opt(found, "address")?,
            request_id: row::text_opt(found, "request_id")?,
            traceparent: None,
        },
        action: row::text(found, "action")?,
        object: row::text_opt(found, "object")?,
        detail: row::json(found, "detail", "audit.detail")?,
    })
}
