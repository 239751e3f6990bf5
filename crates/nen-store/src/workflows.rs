use nen_protocol::workflow::Network;
use serde_json::{Value, json};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{Answer, Store, StoreError, audit, nul::without_nul, row};

/// A workflow, as its current or another version has it.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkflowRow {
    /// A UUID.
    pub id: String,
    /// Its owner.
    pub workspace_id: String,
    /// Shown to people.
    pub name: String,
    /// Unix seconds of the first upload.
    pub created_at: i64,
    /// Unix seconds of the last publication.
    pub updated_at: i64,
    /// The number that runs use now.
    pub current: i64,
    /// The version asked for.
    pub version: VersionRow,
}

/// One version of a workflow. It never changes.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionRow {
    /// 1, 2, 3…
    pub number: i64,
    /// What was uploaded; the store does not look inside.
    pub files: Value,
    /// JSON Schema of `Params`.
    pub params_schema: Value,
    /// JSON Schema of `Result`.
    pub result_schema: Value,
    /// JSON Schema of the inner values of `SecureParams`, if there is such a class.
    pub secure_schema: Option<Value>,
    /// What its runs may reach by themselves.
    pub network: Network,
    /// Where its files were taken from, when it is a rollback.
    pub rolled_back_to: Option<i64>,
    /// Name of the key that published it.
    pub created_by: String,
    /// Unix seconds.
    pub created_at: i64,
}

/// A version to be published.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// See [`VersionRow::files`].
    pub files: Value,
    /// JSON Schema of `Params`.
    pub params_schema: Value,
    /// JSON Schema of `Result`.
    pub result_schema: Value,
    /// JSON Schema of the secrets' inner values.
    pub secure_schema: Option<Value>,
    /// See [`VersionRow::network`].
    pub network: Network,
    /// Name of the key that publishes it.
    pub created_by: String,
}

/// The workflows of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct Workflows<'a> {
    pub(crate) store: &'a Store,
}

const SELECT: &str = "SELECT w.id, w.workspace_id, w.name, w.created_at AS made_at, w.updated_at, \
     w.version AS current_version, v.version, v.files, v.params_schema, v.result_schema, v.secure_schema, \
     v.network, v.rolled_back_to, v.created_by, v.created_at FROM workflows w \
     JOIN workflow_versions v ON v.workflow_id = w.id";

impl Workflows<'_> {
    /// Stores a workflow with its first version.
    pub async fn insert(
        self,
        workspace_id: &str,
        id: &str,
        name: &str,
        version: &NewVersion,
    ) -> Result<WorkflowRow, StoreError> {
        let nobody = Answer::none();
        self.insert_answering(workspace_id, id, name, version, nobody)
            .await
    }

    /// [`Workflows::insert`] with an answer that is kept with it.
    pub async fn insert_answering(
        self,
        workspace_id: &str,
        id: &str,
        name: &str,
        version: &NewVersion,
        answer: Answer<WorkflowRow>,
    ) -> Result<WorkflowRow, StoreError> {
        let now = self.store.now();
        let mut tx = self.store.write().await?;
        sqlx::query(
            "INSERT INTO workflows (id, workspace_id, name, version, created_at, updated_at) \
             VALUES ($1, $2, $3, 1, $4, $4)",
        )
        .bind(id.to_owned())
        .bind(workspace_id.to_owned())
        .bind(without_nul(name))
        .bind(now)
        .execute(&mut *tx)
        .await?;
        insert_version(&mut tx, id, 1, version, None, now).await?;
        let made = current(&mut tx, workspace_id, id).await?;
        let detail = json!({"name": name, "version": 1});
        audit::note(&mut tx, self.store, "workflow.publish", id, detail).await?;
        let made = made.ok_or_else(|| missing(id))?;
        let written = answer.write(&mut tx, &made).await?;
        tx.commit().await?;
        written.committed();
        Ok(made)
    }

    /// Publishes the next version, which runs use from now on. None: there is no such workflow.
    pub async fn publish(
        self,
        workspace_id: &str,
        id: &str,
        name: Option<&str>,
        version: &NewVersion,
    ) -> Result<Option<WorkflowRow>, StoreError> {
        let now = self.store.now();
        let mut tx = self.store.write().await?;
        let Some(number) = next_version(&mut tx, workspace_id, id, name, now).await? else {
            return Ok(None);
        };
        insert_version(&mut tx, id, number, version, None, now).await?;
        let made = current(&mut tx, workspace_id, id).await?;
        let name = made.as_ref().map(|made| made.name.as_str());
        let detail = json!({"name": name, "version": number});
        audit::note(&mut tx, self.store, "workflow.publish", id, detail).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Publishes an earlier version's files as the next version. None: there is no such workflow or version.
    pub async fn rollback(
        self,
        workspace_id: &str,
        id: &str,
        to: i64,
        created_by: &str,
    ) -> Result<Option<WorkflowRow>, StoreError> {
        let Some(old) = self.get(workspace_id, id, Some(to)).await? else {
            return Ok(None);
        };
        let version = NewVersion {
            files: old.version.files,
            params_schema: old.version.params_schema,
            result_schema: old.version.result_schema,
            secure_schema: old.version.secure_schema,
            network: old.version.network,
            created_by: created_by.to_owned(),
        };
        let now = self.store.now();
        let mut tx = self.store.write().await?;
        let Some(number) = next_version(&mut tx, workspace_id, id, None, now).await? else {
            return Ok(None);
        };
        insert_version(&mut tx, id, number, &version, Some(to), now).await?;
        let made = current(&mut tx, workspace_id, id).await?;
        let detail = json!({"name": old.name, "version": number, "rolled_back_to": to});
        audit::note(&mut tx, self.store, "workflow.rollback", id, detail).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// A workflow of this workspace that is not deleted, with its current or the given version.
    pub async fn get(
        self,
        workspace_id: &str,
        id: &str,
        version: Option<i64>,
    ) -> Result<Option<WorkflowRow>, StoreError> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} AND v.version = COALESCE($3, w.version) \
             WHERE w.id = $1 AND w.workspace_id = $2 AND w.deleted_at IS NULL"
        )))
        .bind(without_nul(id))
        .bind(workspace_id.to_owned())
        .bind(version)
        .fetch_optional(self.store.read())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
    }

    /// The version that a run uses, also when its workflow has been deleted meanwhile.
    pub async fn of_run(self, id: &str, version: i64) -> Result<Option<WorkflowRow>, StoreError> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} AND v.version = $2 WHERE w.id = $1"
        )))
        .bind(id.to_owned())
        .bind(version)
        .fetch_optional(self.store.read())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
    }

    /// The workspace's workflows with their current versions, by name.
    pub async fn list(self, workspace_id: &str) -> Result<Vec<WorkflowRow>, StoreError> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} AND v.version = w.version WHERE w.workspace_id = $1 AND w.deleted_at IS NULL \
             ORDER BY w.name, w.id"
        )))
        .bind(workspace_id.to_owned())
        .fetch_all(self.store.read())
        .await?
        .iter()
        .map(from_row)
        .collect()
    }

    /// All versions of a workflow, newest first. Empty: there is no such workflow.
    pub async fn versions(
        self,
        workspace_id: &str,
        id: &str,
    ) -> Result<Vec<WorkflowRow>, StoreError> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE w.id = $1 AND w.workspace_id = $2 AND w.deleted_at IS NULL ORDER BY v.version DESC"
        )))
        .bind(without_nul(id))
        .bind(workspace_id.to_owned())
        .fetch_all(self.store.read())
        .await?
        .iter()
        .map(from_row)
        .collect()
    }

    /// Hides a workflow: nothing new is started from it; its runs stay. False: there is no such workflow.
    pub async fn delete(self, workspace_id: &str, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query(
            "UPDATE workflows SET deleted_at = $3 WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL \
             RETURNING name",
        )
        .bind(without_nul(id))
        .bind(workspace_id.to_owned())
        .bind(self.store.now())
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(done) = &done {
            let detail = json!({"name": row::text(done, "name")?});
            audit::note(&mut tx, self.store, "workflow.delete", id, detail).await?;
        }
        tx.commit().await?;
        Ok(done.is_some())
    }
}

/// Counts a workflow's version up, which also keeps others from doing so until the commit.
async fn next_version(
    tx: &mut AnyConnection,
    workspace_id: &str,
    id: &str,
    name: Option<&str>,
    now: i64,
) -> Result<Option<i64>, StoreError> {
    let found = sqlx::query(
        "UPDATE workflows SET version = version + 1, updated_at = $3, name = COALESCE($4, name) \
         WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL RETURNING version",
    )
    .bind(without_nul(id))
    .bind(workspace_id.to_owned())
    .bind(now)
    .bind(name.map(without_nul))
    .fetch_optional(tx)
    .await?;
    found.map(|found| row::int(&found, "version")).transpose()
}

async fn insert_version(
    tx: &mut AnyConnection,
    id: &str,
    number: i64,
    version: &NewVersion,
    rolled_back_to: Option<i64>,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO workflow_versions (workflow_id, version, files, params_schema, result_schema, \
         secure_schema, rolled_back_to, created_by, created_at, network) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id.to_owned())
    .bind(number)
    .bind(version.files.to_string())
    .bind(version.params_schema.to_string())
    .bind(version.result_schema.to_string())
    .bind(version.secure_schema.as_ref().map(Value::to_string))
    .bind(rolled_back_to)
    .bind(without_nul(&version.created_by))
    .bind(now)
    .bind(version.network.as_str())
    .execute(tx)
    .await?;
    Ok(())
}

async fn current(
    tx: &mut AnyConnection,
    workspace_id: &str,
    id: &str,
) -> Result<Option<WorkflowRow>, StoreError> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "{SELECT} AND v.version = w.version WHERE w.id = $1 AND w.workspace_id = $2"
    )))
    .bind(without_nul(id))
    .bind(workspace_id.to_owned())
    .fetch_optional(tx)
    .await?
    .as_ref()
    .map(from_row)
    .transpose()
}

fn missing(id: &str) -> StoreError {
    StoreError::Missing {
        what: "workflow",
        id: id.to_owned(),
    }
}

fn network(found: &AnyRow) -> Result<Network, StoreError> {
    let name = row::text(found, "network")?;
    Network::of(&name).ok_or_else(|| StoreError::Corrupt {
        what: "workflow_versions.network",
        detail: format!("unknown network {name:?}"),
    })
}

fn from_row(found: &AnyRow) -> Result<WorkflowRow, StoreError> {
    Ok(WorkflowRow {
        id: row::text(found, "id")?,
        workspace_id: row::text(found, "workspace_id")?,
        name: row::text(found, "name")?,
        created_at: row::int(found, "made_at")?,
        updated_at: row::int(found, "updated_at")?,
        current: row::int(found, "current_version")?,
        version: VersionRow {
            number: row::int(found, "version")?,
            files: row::json(found, "files", "workflow_versions.files")?,
            params_schema: row::json(found, "params_schema", "workflow_versions.params_schema")?,
            result_schema: row::json(found, "result_schema", "workflow_versions.result_schema")?,
            secure_schema: row::text_opt(found, "secure_schema")?
                .map(|text| row::parse_json(&text, "workflow_versions.secure_schema"))
                .transpose()?,
            network: network(found)?,
            rolled_back_to: row::int_opt(found, "rolled_back_to")?,
            created_by: row::text(found, "created_by")?,
            created_at: row::int(found, "created_at")?,
        },
    })
}
