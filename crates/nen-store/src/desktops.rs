use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::AnyConnection;

use crate::{
    Answer, DELETED_RETENTION_SECONDS, DesktopRow, DesktopStatus, Provisioning, Store, StoreError,
    nul::{without_nul, without_nul_opt},
    row,
};

/// A desktop to be stored with status `creating`.
#[derive(Clone, Debug)]
pub struct NewDesktop {
    /// From `random_id("dsk")`.
    pub id: String,
    /// Its owner; must exist.
    pub workspace_id: String,
    /// `sandbox`.
    pub desktop_type: String,
    /// Given by its owner.
    pub name: Option<String>,
    /// What it is created with; the store does not look inside.
    pub spec: Value,
    /// Screen width in pixels.
    pub display_width: u32,
    /// Screen height in pixels.
    pub display_height: u32,
    /// The owner's labels.
    pub metadata: BTreeMap<String, String>,
    /// How it comes to run.
    pub provisioning: Provisioning,
    /// Which driver runs it.
    pub driver: String,
    /// Unix seconds at which it ends for good.
    pub expires_at: Option<i64>,
}

/// How many desktops that are not deleted there may be, the new one included. `None`: any number.
#[derive(Clone, Copy, Debug, Default)]
pub struct DesktopLimits {
    /// In the new desktop's workspace.
    pub per_workspace: Option<u64>,
    /// In all workspaces.
    pub total: Option<u64>,
}

/// How an insert within limits ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Insert {
    /// Stored.
    Done(Box<DesktopRow>),
    /// The workspace has as many as it may.
    WorkspaceFull,
    /// The server has as many as it may.
    ServerFull,
}

/// What to change; `None` leaves a column alone.
#[derive(Clone, Debug, Default)]
pub struct DesktopChange {
    /// New status. Not `deleted`: that is [`Desktops::delete`]. Any status but `error` clears the old reason.
    pub status: Option<DesktopStatus>,
    /// Changes nothing unless the desktop has this status now.
    pub only_from: Option<DesktopStatus>,
    /// The reason, to go with status `error`.
    pub error: Option<String>,
    /// New name.
    pub name: Option<String>,
    /// New labels.
    pub metadata: Option<BTreeMap<String, String>>,
    /// New driver state; `Some(Value::Null)` clears it.
    pub driver_state: Option<Value>,
    /// Unix seconds of the last use.
    pub last_active_at: Option<i64>,
}

/// The desktops of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct Desktops<'a> {
    pub(crate) store: &'a Store,
}

impl Desktops<'_> {
    /// Stores a desktop if the limits leave room for it; callers that come at once cannot pass them together.
    pub async fn insert(
        self,
        new: &NewDesktop,
        limits: DesktopLimits,
    ) -> Result<Insert, StoreError> {
        let mut tx = self.store.write().await?;
        lock_limits(&mut tx, &new.workspace_id, limits).await?;
        if let Some(most) = limits.per_workspace
            && count(&mut tx, Some(&new.workspace_id)).await? >= most
        {
            return Ok(Insert::WorkspaceFull);
        }
        if let Some(most) = limits.total
            && count(&mut tx, None).await? >= most
        {
            return Ok(Insert::ServerFull);
        }
        let found = sqlx::query(
            "INSERT INTO desktops (id, workspace_id, desktop_type, name, status, spec, display_width, \
             display_height, metadata, driver, driver_state, last_log_seq, created_at, updated_at, \
             last_active_at, expires_at, provisioning) \
             VALUES ($1, $2, $3, $4, 'creating', $5, $6, $7, $8, $9, 'null', 0, $10, $10, $10, $11, $12) RETURNING *",
        )
        .bind(new.id.clone())
        .bind(new.workspace_id.clone())
        .bind(new.desktop_type.clone())
        .bind(without_nul_opt(new.name.as_deref()))
        .bind(new.spec.to_string())
        .bind(i64::from(new.display_width))
        .bind(i64::from(new.display_height))
        .bind(labels(&new.metadata))
        .bind(new.driver.clone())
        .bind(self.store.now())
        .bind(new.expires_at)
        .bind(new.provisioning.as_str())
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Insert::Done(Box::new(DesktopRow::from_row(&found)?)))
    }

    /// A desktop of this workspace; a deleted one for 24 h.
    pub async fn get(self, workspace_id: &str, id: &str) -> Result<Option<DesktopRow>, StoreError> {
        let found = self.find(id).await?;
        Ok(found.filter(|desktop| desktop.workspace_id == workspace_id))
    }

    /// [`Desktops::get`] whatever its workspace, for the fleet itself.
    pub async fn find(self, id: &str) -> Result<Option<DesktopRow>, StoreError> {
        sqlx::query(
            "SELECT * FROM desktops WHERE id = $1 AND (deleted_at IS NULL OR deleted_at > $2)",
        )
        .bind(without_nul(id))
        .bind(self.store.now() - DELETED_RETENTION_SECONDS)
        .fetch_optional(self.store.read())
        .await?
        .as_ref()
        .map(DesktopRow::from_row)
        .transpose()
    }

    /// The workspace's desktops that are not deleted and carry all the labels of `metadata`, oldest first.
    pub async fn list(
        self,
        workspace_id: &str,
        metadata: &BTreeMap<String, String>,
    ) -> Result<Vec<DesktopRow>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM desktops WHERE workspace_id = $1 AND status <> 'deleted' ORDER BY created_at, id",
        )
        .bind(without_nul(workspace_id))
        .fetch_all(self.store.read())
        .await?;
        let mut desktops = Vec::with_capacity(found.len());
        for desktop in found.iter().map(DesktopRow::from_row) {
            let desktop = desktop?;
            // The two databases have no common JSON operators, and a workspace has few desktops.
            if metadata
                .iter()
                .all(|(name, value)| desktop.metadata.get(name) == Some(value))
            {
                desktops.push(desktop);
            }
        }
        Ok(desktops)
    }

    /// The workspace's desktops that were deleted within 24 h, in the order in which they were deleted.
    pub async fn list_deleted(self, workspace_id: &str) -> Result<Vec<DesktopRow>, StoreError> {
        sqlx::query(
            "SELECT * FROM desktops WHERE workspace_id = $1 AND deleted_at > $2 ORDER BY deleted_at, id",
        )
        .bind(without_nul(workspace_id))
        .bind(self.store.now() - DELETED_RETENTION_SECONDS)
        .fetch_all(self.store.read())
        .await?
        .iter()
        .map(DesktopRow::from_row)
        .collect()
    }

    /// Every desktop that is not deleted, of all workspaces, oldest first: what a starting server adopts.
    pub async fn list_all(self) -> Result<Vec<DesktopRow>, StoreError> {
        sqlx::query("SELECT * FROM desktops WHERE status <> 'deleted' ORDER BY created_at, id")
            .fetch_all(self.store.read())
            .await?
            .iter()
            .map(DesktopRow::from_row)
            .collect()
    }

    /// How many desktops are not deleted, in one workspace or in all.
    pub async fn count(self, workspace_id: Option<&str>) -> Result<u64, StoreError> {
        let mut connection = self.store.read().acquire().await?;
        count(&mut connection, workspace_id).await
    }

    /// Changes a desktop and returns it. `None`, and no change: unknown, deleted, or not in `only_from`.
    pub async fn update(
        self,
        id: &str,
        change: &DesktopChange,
    ) -> Result<Option<DesktopRow>, StoreError> {
        self.update_answering(id, change, Answer::none()).await
    }

    /// [`Desktops::update`] with an answer that is kept with it, if there is a change.
    pub async fn update_answering(
        self,
        id: &str,
        change: &DesktopChange,
        answer: Answer<DesktopRow>,
    ) -> Result<Option<DesktopRow>, StoreError> {
        let mut tx = self.store.write().await?;
        // A new status decides about the error: `error` brings its reason, any other removes the old one.
        let found = sqlx::query(
            "UPDATE desktops SET status = COALESCE($2, status), \
             error = CASE WHEN $2 IS NULL THEN COALESCE($3, error) ELSE $3 END, \
             name = COALESCE($4, name), metadata = COALESCE($5, metadata), \
             driver_state = COALESCE($6, driver_state), last_active_at = COALESCE($7, last_active_at), \
             updated_at = CASE WHEN COALESCE($2, $3, $4, $5) IS NULL THEN updated_at ELSE $8 END \
             WHERE id = $1 AND status <> 'deleted' AND ($9 IS NULL OR status = $9) RETURNING *",
        )
        .bind(without_nul(id))
        .bind(change.status.map(DesktopStatus::as_str))
        .bind(without_nul_opt(change.error.as_deref()))
        .bind(without_nul_opt(change.name.as_deref()))
        .bind(change.metadata.as_ref().map(labels))
        .bind(change.driver_state.as_ref().map(Value::to_string))
        .bind(change.last_active_at)
        .bind(self.store.now())
        .bind(change.only_from.map(DesktopStatus::as_str))
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else {
            return Ok(None);
        };
        let row = DesktopRow::from_row(&found)?;
        let written = answer.write(&mut tx, &row).await?;
        tx.commit().await?;
        written.committed();
        Ok(Some(row))
    }

    /// Gives a desktop that is still being created another id, in the place it has already: the one that was to
    /// become it turned out not to live. `None`: unknown, or created by now.
    pub async fn change_id(
        self,
        id: &str,
        new_id: &str,
        provisioning: Provisioning,
    ) -> Result<Option<DesktopRow>, StoreError> {
        let mut tx = self.store.write().await?;
        let found = sqlx::query(
            "UPDATE desktops SET id = $2, provisioning = $3 WHERE id = $1 AND status = 'creating' RETURNING *",
        )
        .bind(without_nul(id))
        .bind(new_id.to_owned())
        .bind(provisioning.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        found.as_ref().map(DesktopRow::from_row).transpose()
    }

    /// Marks a desktop deleted, ends its session and returns it. `None`: unknown or deleted already.
    pub async fn delete(
        self,
        workspace_id: &str,
        id: &str,
    ) -> Result<Option<DesktopRow>, StoreError> {
        let mut tx = self.store.write().await?;
        let found = sqlx::query(
            "UPDATE desktops SET status = 'deleted', error = NULL, driver_state = 'null', updated_at = $3, \
             deleted_at = $3 WHERE workspace_id = $1 AND id = $2 AND status <> 'deleted' RETURNING *",
        )
        .bind(without_nul(workspace_id))
        .bind(without_nul(id))
        .bind(self.store.now())
        .fetch_optional(&mut *tx)
        .await?;
        if found.is_some() {
            sqlx::query("DELETE FROM sessions WHERE desktop_id = $1")
                .bind(id.to_owned())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        found.as_ref().map(DesktopRow::from_row).transpose()
    }

    /// Removes a row at once, with all that hangs on it: for a desktop that never came to life. True if there was one.
    pub async fn remove(self, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query("DELETE FROM desktops WHERE id = $1")
            .bind(without_nul(id))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Removes rows deleted more than 24 h ago, with their tool logs, and returns their ids.
    pub async fn forget_deleted(self) -> Result<Vec<String>, StoreError> {
        let mut tx = self.store.write().await?;
        let found = sqlx::query("DELETE FROM desktops WHERE deleted_at <= $1 RETURNING id")
            .bind(self.store.now() - DELETED_RETENTION_SECONDS)
            .fetch_all(&mut *tx)
            .await?;
        tx.commit().await?;
        found.iter().map(|found| row::text(found, "id")).collect()
    }
}

/// On PostgreSQL two transactions would count the same rows and both insert. An update that changes nothing
/// locks the row in both databases: one of the whole server for the total, else the workspace's own.
async fn lock_limits(
    tx: &mut AnyConnection,
    workspace_id: &str,
    limits: DesktopLimits,
) -> Result<(), StoreError> {
    if limits.total.is_some() {
        sqlx::query(
            "INSERT INTO settings (scope, name, value, updated_at) VALUES ('', 'desktop_limit_lock', '', 0) \
             ON CONFLICT (scope, name) DO UPDATE SET updated_at = 0",
        )
        .execute(tx)
        .await?;
    } else if limits.per_workspace.is_some() {
        sqlx::query("UPDATE workspaces SET name = name WHERE id = $1")
            .bind(workspace_id.to_owned())
            .execute(tx)
            .await?;
    }
    Ok(())
}

async fn count(tx: &mut AnyConnection, workspace_id: Option<&str>) -> Result<u64, StoreError> {
    let found = sqlx::query(
        "SELECT COUNT(*) AS many FROM desktops WHERE status <> 'deleted' AND ($1 IS NULL OR workspace_id = $1)",
    )
    .bind(without_nul_opt(workspace_id))
    .fetch_one(tx)
    .await?;
    Ok(row::int(&found, "many")?.unsigned_abs())
}

fn labels(metadata: &BTreeMap<String, String>) -> String {
    let object = metadata
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    Value::Object(object).to_string()
}
