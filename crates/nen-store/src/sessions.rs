use serde_json::json;
use sqlx::any::AnyRow;

use crate::{
    Store, StoreError, audit,
    nul::{without_nul, without_nul_opt},
    random_base62, row,
};

/// The live-view session of a desktop; a desktop has at most one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The desktop shown.
    pub desktop_id: String,
    /// Random; stays while the session is renewed and is new after it ended. A token that names it dies with it.
    pub session_id: String,
    /// True while the session exists.
    pub active: bool,
    /// Whether viewers may send input.
    pub interactive: bool,
    /// Whether a person holds the desktop, so that tool calls are refused.
    pub takeover: bool,
    /// Who that is, as the tool log names them.
    pub held_by: Option<String>,
    /// SHA-256 hex of a stored token, if the caller uses such.
    pub token_hash: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
    /// Unix seconds from which it no longer exists.
    pub expires_at: i64,
}

/// What to open or renew a session with.
#[derive(Clone, Debug)]
pub struct PutSession {
    /// Whether viewers may send input.
    pub interactive: bool,
    /// Whether a person takes the desktop at once.
    pub takeover: bool,
    /// Who that is, as the tool log names them; without effect when nobody takes it.
    pub held_by: Option<String>,
    /// SHA-256 hex of a token to find the session by; `None` keeps none.
    pub token_hash: Option<String>,
    /// Unix seconds.
    pub expires_at: i64,
}

/// The live-view sessions of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'a> {
    pub(crate) store: &'a Store,
}

impl Sessions<'_> {
    /// Opens the desktop's session, or renews the one it has. [`StoreError::Missing`] when the desktop is unknown or deleted.
    pub async fn put(self, desktop_id: &str, put: &PutSession) -> Result<SessionRow, StoreError> {
        let now = self.store.now();
        let mut tx = self.store.write().await?;
        // Selecting from desktops makes the row only for one that lives.
        let found = sqlx::query(
            "INSERT INTO sessions (desktop_id, session_id, active, interactive, takeover, token_hash, \
             created_at, updated_at, expires_at, held_by) \
             SELECT id, $2, 1, $3, $4, $5, $6, $6, $7, $8 FROM desktops WHERE id = $1 AND status <> 'deleted' \
             ON CONFLICT (desktop_id) DO UPDATE SET active = 1, \
             session_id = CASE WHEN sessions.expires_at > $6 THEN sessions.session_id ELSE excluded.session_id END, \
             created_at = CASE WHEN sessions.expires_at > $6 THEN sessions.created_at ELSE excluded.created_at END, \
             interactive = excluded.interactive, takeover = excluded.takeover, token_hash = excluded.token_hash, \
             updated_at = excluded.updated_at, expires_at = excluded.expires_at, \
             held_by = CASE WHEN sessions.takeover = 1 AND excluded.takeover = 1 THEN sessions.held_by \
             ELSE excluded.held_by END RETURNING *",
        )
        .bind(without_nul(desktop_id))
        .bind(random_base62(22)?)
        .bind(i64::from(put.interactive))
        .bind(i64::from(put.takeover))
        .bind(put.token_hash.clone())
        .bind(now)
        .bind(put.expires_at)
        .bind(held_by(put))
        .fetch_optional(&mut *tx)
        .await?;
        if found.is_some() {
            let detail = json!({"interactive": put.interactive, "takeover": put.takeover});
            audit::note(&mut tx, self.store, "live_view.open", desktop_id, detail).await?;
        }
        tx.commit().await?;
        from_row(&found.ok_or_else(|| StoreError::Missing {
            what: "desktop",
            id: desktop_id.to_owned(),
        })?)
    }

    /// The session that the desktop has, as it is, or else a new one. [`StoreError::Missing`] as in [`Sessions::put`].
    pub async fn open(self, desktop_id: &str, new: &PutSession) -> Result<SessionRow, StoreError> {
        let mut tx = self.store.write().await?;
        let made = sqlx::query(
            "INSERT INTO sessions (desktop_id, session_id, active, interactive, takeover, token_hash, \
             created_at, updated_at, expires_at, held_by) \
             SELECT id, $2, 1, $3, $4, $5, $6, $6, $7, $8 FROM desktops WHERE id = $1 AND status <> 'deleted' \
             ON CONFLICT (desktop_id) DO UPDATE SET active = 1, session_id = excluded.session_id, \
             created_at = excluded.created_at, interactive = excluded.interactive, \
             takeover = excluded.takeover, token_hash = excluded.token_hash, \
             updated_at = excluded.updated_at, expires_at = excluded.expires_at, held_by = excluded.held_by \
             WHERE sessions.expires_at <= $6 RETURNING *",
        )
        .bind(without_nul(desktop_id))
        .bind(random_base62(22)?)
        .bind(i64::from(new.interactive))
        .bind(i64::from(new.takeover))
        .bind(new.token_hash.clone())
        .bind(self.store.now())
        .bind(new.expires_at)
        .bind(held_by(new))
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        if let Some(made) = made {
            return from_row(&made);
        }
        let there = self.get(desktop_id).await?;
        there.ok_or_else(|| StoreError::Missing {
            what: "desktop",
            id: desktop_id.to_owned(),
        })
    }

    /// The desktop's session, unless it expired.
    pub async fn get(self, desktop_id: &str) -> Result<Option<SessionRow>, StoreError> {
        sqlx::query("SELECT * FROM sessions WHERE desktop_id = $1 AND expires_at > $2")
            .bind(without_nul(desktop_id))
            .bind(self.store.now())
            .fetch_optional(self.store.read())
            .await?
            .as_ref()
            .map(from_row)
            .transpose()
    }

    /// The session with this token hash, unless it expired. The caller checks which desktop it is of.
    pub async fn find_by_token_hash(self, hash: &str) -> Result<Option<SessionRow>, StoreError> {
        sqlx::query("SELECT * FROM sessions WHERE token_hash = $1 AND expires_at > $2")
            .bind(without_nul(hash))
            .bind(self.store.now())
            .fetch_optional(self.store.read())
            .await?
            .as_ref()
            .map(from_row)
            .transpose()
    }

    /// A person takes the desktop (who, as the tool log names them), or hands it back. `None`: no session.
    pub async fn set_takeover(
        self,
        desktop_id: &str,
        held_by: Option<&str>,
    ) -> Result<Option<SessionRow>, StoreError> {
        let mut tx = self.store.write().await?;
        let found = sqlx::query(
            "UPDATE sessions SET takeover = $2, updated_at = $3, held_by = $4 WHERE desktop_id = $1 AND expires_at > $3 \
             RETURNING *",
        )
        .bind(without_nul(desktop_id))
        .bind(i64::from(held_by.is_some()))
        .bind(self.store.now())
        .bind(without_nul_opt(held_by))
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        found.as_ref().map(from_row).transpose()
    }

    /// Ends the session. False: there was none.
    pub async fn delete(self, desktop_id: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.write().await?;
        let found = sqlx::query("DELETE FROM sessions WHERE desktop_id = $1 RETURNING expires_at")
            .bind(without_nul(desktop_id))
            .fetch_optional(&mut *tx)
            .await?;
        if found.is_some() {
            audit::note(&mut tx, self.store, "live_view.end", desktop_id, json!({})).await?;
        }
        tx.commit().await?;
        match found {
            Some(found) => Ok(row::int(&found, "expires_at")? > self.store.now()),
            None => Ok(false),
        }
    }

    /// Removes expired sessions and says how many.
    pub async fn delete_expired(self) -> Result<u64, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(self.store.now())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

fn held_by(put: &PutSession) -> Option<String> {
    without_nul_opt(put.held_by.as_deref()).filter(|_| put.takeover)
}

fn from_row(found: &AnyRow) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        desktop_id: row::text(found, "desktop_id")?,
        session_id: row::text(found, "session_id")?,
        active: row::flag(found, "active")?,
        interactive: row::flag(found, "interactive")?,
        takeover: row::flag(found, "takeover")?,
        held_by: row::text_opt(found, "held_by")?,
        token_hash: row::text_opt(found, "token_hash")?,
        created_at: row::int(found, "created_at")?,
        updated_at: row::int(found, "updated_at")?,
        expires_at: row::int(found, "expires_at")?,
    })
}
