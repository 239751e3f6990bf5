use std::fmt;

use serde_json::json;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    Answer, Scope, Store, StoreError, audit, nul::without_nul, random_base62, random_id, row,
    sha256_hex,
};

const SECRET_PREFIX: &str = "sk_nen_";
const SECRET_RANDOM: usize = 40;
const SHOWN_PREFIX: usize = 12;
/// `last_used_at` is written at most this often per key, in seconds: not one write per request.
const LAST_USED_STEP: i64 = 60;

/// A key as stored: everything but the secret, of which only a SHA-256 is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// `key_…`.
    pub id: String,
    /// The workspace it opens.
    pub workspace_id: String,
    /// Given by its owner.
    pub name: String,
    /// First 12 characters of the secret, to recognise it by.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds from which it no longer works.
    pub expires_at: Option<i64>,
    /// Unix seconds; set once revoked.
    pub revoked_at: Option<i64>,
    /// Unix seconds, up to a minute behind.
    pub last_used_at: Option<i64>,
}

impl ApiKey {
    /// How people know it: its name, or its id when it has none.
    pub fn shown_name(&self) -> &str {
        if self.name.is_empty() {
            &self.id
        } else {
            &self.name
        }
    }

    /// True when the key has this scope; `admin` includes all.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }
}

/// A key just made. Its secret exists only here.
#[derive(Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The stored part.
    pub key: ApiKey,
    /// `sk_nen_` and 40 random base62 characters. Show once, never log.
    pub secret: String,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The API keys of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    pub(crate) store: &'a Store,
}

impl Keys<'_> {
    /// Makes a key. `expires_at` in Unix seconds. The workspace must exist.
    pub async fn create(
        self,
        workspace_id: &str,
        name: &str,
        scopes: &[Scope],
        expires_at: Option<i64>,
    ) -> Result<NewKey, StoreError> {
        let nobody = Answer::none();
        self.create_answering(workspace_id, name, scopes, expires_at, nobody)
            .await
    }

    /// [`Keys::create`] with an answer that is kept with it.
    pub async fn create_answering(
        self,
        workspace_id: &str,
        name: &str,
        scopes: &[Scope],
        expires_at: Option<i64>,
        answer: Answer<ApiKey>,
    ) -> Result<NewKey, StoreError> {
        let key = generate(workspace_id, name, scopes, expires_at, self.store)?;
        let mut tx = self.store.write().await?;
        insert(&mut tx, &key).await?;
        let scopes: Vec<_> = key.key.scopes.iter().map(|scope| scope.as_str()).collect();
        let detail = json!({"name": key.key.name, "scopes": scopes, "expires_at": expires_at});
        audit::note(&mut tx, self.store, "key.create", &key.key.id, detail).await?;
        let written = answer.write(&mut tx, &key.key).await?;
        tx.commit().await?;
        written.committed();
        Ok(key)
    }

    /// The key with this secret, if it is neither revoked nor expired; notes that it was used.
    pub async fn find_by_secret(self, secret: &str) -> Result<Option<ApiKey>, StoreError> {
        if !secret.starts_with(SECRET_PREFIX) {
            return Ok(None);
        }
        let now = self.store.now();
        let found = sqlx::query(
            "SELECT id, workspace_id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at \
             FROM api_keys WHERE secret_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(sha256_hex(secret))
        .bind(now)
        .fetch_optional(self.store.read())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let mut key = from_row(&found)?;
        if key
            .last_used_at
            .is_none_or(|used| used <= now - LAST_USED_STEP)
        {
            match self.note_use(&key.id, now).await {
                Ok(()) => key.last_used_at = Some(now),
                // A disk that is full must not turn a valid key away.
                Err(error) => tracing::warn!(key = %key.id, %error, "last use of a key not noted"),
            }
        }
        Ok(Some(key))
    }

    /// All keys of a workspace, revoked and expired ones too, oldest first.
    pub async fn list(self, workspace_id: &str) -> Result<Vec<ApiKey>, StoreError> {
        sqlx::query(
            "SELECT id, workspace_id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at \
             FROM api_keys WHERE workspace_id = $1 ORDER BY created_at, id",
        )
        .bind(without_nul(workspace_id))
        .fetch_all(self.store.read())
        .await?
        .iter()
        .map(from_row)
        .collect()
    }

    /// Revokes a key at once and returns it; a second time keeps the first date. `None`: no such key in this workspace.
    pub async fn revoke(self, workspace_id: &str, id: &str) -> Result<Option<ApiKey>, StoreError> {
        let mut tx = self.store.write().await?;
        let found = sqlx::query(
            "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $3) WHERE workspace_id = $1 AND id = $2 \
             RETURNING id, workspace_id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at",
        )
        .bind(without_nul(workspace_id))
        .bind(without_nul(id))
        .bind(self.store.now())
        .fetch_optional(&mut *tx)
        .await?;
        let key = found.as_ref().map(from_row).transpose()?;
        if let Some(key) = &key {
            let detail = json!({"name": key.name});
            audit::note(&mut tx, self.store, "key.revoke", &key.id, detail).await?;
        }
        tx.commit().await?;
        Ok(key)
    }

    async fn note_use(self, id: &str, now: i64) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query("UPDATE api_keys SET last_used_at = $2 WHERE id = $1")
            .bind(id.to_owned())
            .bind(now)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// The key with this id, if it is neither revoked nor expired.
pub(crate) async fn good(
    connection: &mut AnyConnection,
    id: &str,
    now: i64,
) -> Result<Option<ApiKey>, StoreError> {
    sqlx::query(
        "SELECT id, workspace_id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at \
         FROM api_keys WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
    )
    .bind(id.to_owned())
    .bind(now)
    .fetch_optional(connection)
    .await?
    .as_ref()
    .map(from_row)
    .transpose()
}

/// A fresh key, not stored yet.
pub(crate) fn generate(
    workspace_id: &str,
    name: &str,
    scopes: &[Scope],
    expires_at: Option<i64>,
    store: &Store,
) -> Result<NewKey, StoreError> {
    let secret = format!("{SECRET_PREFIX}{}", random_base62(SECRET_RANDOM)?);
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    Ok(NewKey {
        key: ApiKey {
            id: random_id("key")?,
            workspace_id: without_nul(workspace_id),
            name: without_nul(name),
            prefix: secret[..SHOWN_PREFIX].to_owned(),
            scopes,
            created_at: store.now(),
            expires_at,
            revoked_at: None,
            last_used_at: None,
        },
        secret,
    })
}

pub(crate) async fn insert(tx: &mut AnyConnection, new: &NewKey) -> Result<(), StoreError> {
    let scopes: Vec<&str> = new.key.scopes.iter().map(|scope| scope.as_str()).collect();
    sqlx::query(
        "INSERT INTO api_keys (id, workspace_id, name, prefix, secret_hash, scopes, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.key.id.clone())
    .bind(new.key.workspace_id.clone())
    .bind(new.key.name.clone())
    .bind(new.key.prefix.clone())
    .bind(sha256_hex(&new.secret))
    .bind(scopes.join(" "))
    .bind(new.key.created_at)
    .bind(new.key.expires_at)
    .execute(tx)
    .await?;
    Ok(())
}

fn from_row(found: &AnyRow) -> Result<ApiKey, StoreError> {
    let scopes = row::text(found, "scopes")?
        .split_whitespace()
        .map(|scope| {
            scope
                .parse()
                .map_err(|error: crate::UnknownScope| StoreError::Corrupt {
                    what: "api_keys.scopes",
                    detail: error.to_string(),
                })
        })
        .collect::<Result<_, _>>()?;
    Ok(ApiKey {
        id: row::text(found, "id")?,
        workspace_id: row::text(found, "workspace_id")?,
        name: row::text(found, "name")?,
        prefix: row::text(found, "prefix")?,
        scopes,
        created_at: row::int(found, "created_at")?,
        expires_at: row::int_opt(found, "expires_at")?,
        revoked_at: row::int_opt(found, "revoked_at")?,
        last_used_at: row::int_opt(found, "last_used_at")?,
    })
}
