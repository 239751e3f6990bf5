use serde_json::Value;

use crate::{Store, StoreError, audit, nul::without_nul, row};

const SET: &str = "INSERT INTO settings (scope, name, value, updated_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (scope, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
const DELETE: &str = "DELETE FROM settings WHERE scope = $1 AND name = $2";

/// The settings of a [`Store`]: small named values of a workspace (`Some("ws_…")`) or of the server (`None`).
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    pub(crate) store: &'a Store,
}

impl Settings<'_> {
    /// The value of a setting.
    pub async fn get(
        self,
        workspace_id: Option<&str>,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        sqlx::query("SELECT value FROM settings WHERE scope = $1 AND name = $2")
            .bind(scope(workspace_id))
            .bind(without_nul(name))
            .fetch_optional(self.store.read())
            .await?
            .map(|found| row::text(&found, "value"))
            .transpose()
    }

    /// Sets a value, whatever it was.
    pub async fn set(
        self,
        workspace_id: Option<&str>,
        name: &str,
        value: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(SET)
            .bind(scope(workspace_id))
            .bind(without_nul(name))
            .bind(without_nul(value))
            .bind(self.store.now())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Sets a value of a workspace, or takes it away, and writes down what that means to people, in one transaction.
    pub async fn change(
        self,
        workspace_id: &str,
        name: &str,
        value: Option<&str>,
        action: &'static str,
        detail: Value,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        match value {
            Some(value) => {
                sqlx::query(SET)
                    .bind(scope(Some(workspace_id)))
                    .bind(without_nul(name))
                    .bind(without_nul(value))
                    .bind(self.store.now())
                    .execute(&mut *tx)
                    .await?;
            }
            None => {
                sqlx::query(DELETE)
                    .bind(scope(Some(workspace_id)))
                    .bind(without_nul(name))
                    .execute(&mut *tx)
                    .await?;
            }
        }
        audit::note(&mut tx, self.store, action, workspace_id, detail).await?;
        Ok(tx.commit().await?)
    }

    /// The value there is, or `value` after storing it. All who ask at once get the same: for keys made at
    /// first use.
    pub async fn get_or_insert(
        self,
        workspace_id: Option<&str>,
        name: &str,
        value: &str,
    ) -> Result<String, StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(
            "INSERT INTO settings (scope, name, value, updated_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (scope, name) DO NOTHING",
        )
        .bind(scope(workspace_id))
        .bind(without_nul(name))
        .bind(without_nul(value))
        .bind(self.store.now())
        .execute(&mut *tx)
        .await?;
        let found = sqlx::query("SELECT value FROM settings WHERE scope = $1 AND name = $2")
            .bind(scope(workspace_id))
            .bind(without_nul(name))
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        row::text(&found, "value")
    }

    /// Removes a setting. False: there was none.
    pub async fn delete(self, workspace_id: Option<&str>, name: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(DELETE)
            .bind(scope(workspace_id))
            .bind(without_nul(name))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

fn scope(workspace_id: Option<&str>) -> String {
    without_nul(workspace_id.unwrap_or_default())
}
