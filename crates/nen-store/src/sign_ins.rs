use std::fmt;

use serde_json::json;
use sqlx::AnyConnection;

use crate::{ApiKey, Doer, Store, StoreError, audit, keys, random_base62, row, sha256_hex};

const RANDOM: usize = 43;

/// What the secret of a sign-in is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInKind {
    /// A browser shows it with every request, until it expires.
    Browser,
    /// A link that signs a browser in, once.
    Link,
}

impl SignInKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Link => "link",
        }
    }
}

/// A sign-in just made. Its secret exists only here.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSignIn {
    /// 43 random base62 characters, 256 bits. Never log.
    pub secret: String,
    /// Unix seconds from which it is no good.
    pub expires_at: i64,
}

impl fmt::Debug for NewSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSignIn")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A browser's sign-in that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The key it was signed in with: what the browser may do.
    pub key: ApiKey,
    /// Unix seconds.
    pub expires_at: i64,
}

/// The sign-ins of a [`Store`]. They end with their key: revoked, expired or deleted.
#[derive(Clone, Copy, Debug)]
pub struct SignIns<'a> {
    pub(crate) store: &'a Store,
}

impl SignIns<'_> {
    /// Makes a sign-in for a key, for so many seconds. Those that have expired are forgotten with that.
    pub async fn create(
        self,
        kind: SignInKind,
        key_id: &str,
        seconds: i64,
    ) -> Result<NewSignIn, StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query("DELETE FROM sign_ins WHERE expires_at <= $1")
            .bind(self.store.now())
            .execute(&mut *tx)
            .await?;
        let made = self.insert(&mut tx, kind, key_id, seconds).await?;
        let (action, detail) = match kind {
            SignInKind::Browser => ("sign_in", json!({"by": "key"})),
            SignInKind::Link => (
                "sign_in_link.create",
                json!({"expires_at": made.expires_at}),
            ),
        };
        audit::note(&mut tx, self.store, action, key_id, detail).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Spends a link's secret for a browser's sign-in of so many seconds. `None`: it is unknown, expired or spent, or
    /// its key no longer works.
    pub async fn redeem(
        self,
        link: &str,
        seconds: i64,
    ) -> Result<Option<(NewSignIn, ApiKey)>, StoreError> {
        let mut tx = self.store.write().await?;
        // Deleted and read in one statement: of two that come at once one gets it.
        let spent = sqlx::query(
            "DELETE FROM sign_ins WHERE secret_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING key_id",
        )
        .bind(sha256_hex(link))
        .bind(SignInKind::Link.as_str())
        .bind(self.store.now())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(spent) = spent else {
            return Ok(None);
        };
        let key_id = row::text(&spent, "key_id")?;
        let Some(key) = keys::good(&mut tx, &key_id, self.store.now()).await? else {
            tx.commit().await?;
            return Ok(None);
        };
        let made = self
            .insert(&mut tx, SignInKind::Browser, &key_id, seconds)
            .await?;
        if let Some(doer) = self.store.doer() {
            // Only now is it known whose link this was.
            let doer = Doer {
                workspace_id: Some(key.workspace_id.clone()),
                actor: key.shown_name().to_owned(),
                key_id: Some(key.id.clone()),
                ..doer.clone()
            };
            let named = self.store.by(doer);
            audit::note(&mut tx, &named, "sign_in", &key_id, json!({"by": "link"})).await?;
        }
        tx.commit().await?;
        Ok(Some((made, key)))
    }

    /// The browser's sign-in with this secret, if it and its key are good.
    pub async fn find(self, secret: &str) -> Result<Option<SignedIn>, StoreError> {
        let now = self.store.now();
        let found = sqlx::query(
            "SELECT key_id, expires_at FROM sign_ins WHERE secret_hash = $1 AND kind = $2 AND expires_at > $3",
        )
        .bind(sha256_hex(secret))
        .bind(SignInKind::Browser.as_str())
        .bind(now)
        .fetch_optional(self.store.read())
        .await?;
        let Some(found) = found else {
            return Ok(None);
        };
        let mut connection = self.store.read().acquire().await?;
        let key = keys::good(&mut connection, &row::text(&found, "key_id")?, now).await?;
        let expires_at = row::int(&found, "expires_at")?;
        Ok(key.map(|key| SignedIn { key, expires_at }))
    }

    /// Ends a browser's sign-in. False: there was none.
    pub async fn end(self, secret: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let ended = sqlx::query("DELETE FROM sign_ins WHERE secret_hash = $1 RETURNING key_id")
            .bind(sha256_hex(secret))
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(ended) = &ended {
            let key_id = row::text(ended, "key_id")?;
            audit::note(&mut tx, self.store, "sign_out", &key_id, json!({})).await?;
        }
        tx.commit().await?;
        Ok(ended.is_some())
    }

    async fn insert(
        self,
        tx: &mut AnyConnection,
        kind: SignInKind,
        key_id: &str,
        seconds: i64,
    ) -> Result<NewSignIn, StoreError> {
        let now = self.store.now();
        let made = NewSignIn {
            secret: random_base62(RANDOM)?,
            expires_at: now.saturating_add(seconds),
        };
        sqlx::query(
            "INSERT INTO sign_ins (secret_hash, kind, key_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(sha256_hex(&made.secret))
        .bind(kind.as_str())
        .bind(key_id.to_owned())
        .bind(now)
        .bind(made.expires_at)
        .execute(tx)
        .await?;
        Ok(made)
    }
}
