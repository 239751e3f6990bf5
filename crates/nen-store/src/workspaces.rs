use std::io;

use crate::{NewKey, Scope, Store, StoreError, keys, nul::without_nul, row};

/// The workspace made at the first start.
pub const DEFAULT_WORKSPACE: &str = "ws_default";

/// A tenant: keys, desktops and workflows belong to exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// `ws_…`.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// Unix seconds.
    pub created_at: i64,
}

/// The workspaces of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct Workspaces<'a> {
    pub(crate) store: &'a Store,
}

impl Workspaces<'_> {
    /// Makes a workspace with a random id.
    pub async fn create(self, name: &str) -> Result<Workspace, StoreError> {
        let workspace = Workspace {
            id: crate::random_id("ws")?,
            name: without_nul(name),
            created_at: self.store.now(),
        };
        let mut tx = self.store.write().await?;
        insert(&mut tx, &workspace).await?;
        tx.commit().await?;
        Ok(workspace)
    }

    /// The workspace with this id.
    pub async fn get(self, id: &str) -> Result<Option<Workspace>, StoreError> {
        sqlx::query("SELECT id, name, created_at FROM workspaces WHERE id = $1")
            .bind(without_nul(id))
            .fetch_optional(self.store.read())
            .await?
            .as_ref()
            .map(from_row)
            .transpose()
    }

    /// All workspaces, oldest first.
    pub async fn list(self) -> Result<Vec<Workspace>, StoreError> {
        sqlx::query("SELECT id, name, created_at FROM workspaces ORDER BY created_at, id")
            .fetch_all(self.store.read())
            .await?
            .iter()
            .map(from_row)
            .collect()
    }

    /// Makes [`DEFAULT_WORKSPACE`] with one admin key at the first start, and only then returns that key.
    /// However many servers start at once, one makes them.
    ///
    /// `deliver` gets the secret (to print it, to write it to a file) before anything is stored for good: if
    /// it fails, or the process dies in it, the next start makes a fresh key instead of losing this one.
    pub async fn ensure_default(
        self,
        deliver: impl FnOnce(&str) -> io::Result<()>,
    ) -> Result<Option<NewKey>, StoreError> {
        let workspace = Workspace {
            id: DEFAULT_WORKSPACE.into(),
            name: "default".into(),
            created_at: self.store.now(),
        };
        let mut tx = self.store.write().await?;
        if !insert(&mut tx, &workspace).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        let key = keys::generate(
            &workspace.id,
            "first key",
            &[Scope::Admin],
            None,
            self.store,
        )?;
        keys::insert(&mut tx, &key).await?;
        deliver(&key.secret).map_err(StoreError::Deliver)?;
        tx.commit().await?;
        Ok(Some(key))
    }
}

impl Store {
    /// [`Workspaces::ensure_default`] with nothing to do before the commit.
    pub async fn ensure_default_workspace(&self) -> Result<Option<NewKey>, StoreError> {
        self.workspaces().ensure_default(|_| Ok(())).await
    }
}

/// False when a workspace with this id exists.
async fn insert(tx: &mut sqlx::AnyConnection, workspace: &Workspace) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
    )
    .bind(workspace.id.clone())
    .bind(workspace.name.clone())
    .bind(workspace.created_at)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

fn from_row(found: &sqlx::any::AnyRow) -> Result<Workspace, StoreError> {
    Ok(Workspace {
        id: row::text(found, "id")?,
        name: row::text(found, "name")?,
        created_at: row::int(found, "created_at")?,
    })
}
