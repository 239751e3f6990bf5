use sqlx::AnyConnection;

use crate::{Store, StoreError, row};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// An amount of what a workspace uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Seconds that desktops ran, all of them added up.
    pub desktop_seconds: i64,
    /// Actions on desktops, by agents, runs and people.
    pub actions: i64,
    /// Runs that ended.
    pub runs: i64,
    /// Of those, the ones that did not complete.
    pub runs_failed: i64,
}

/// What a workspace used on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageDay {
    /// Days since 1 January 1970, UTC.
    pub day: i64,
    /// How much.
    pub used: Used,
}

/// What the workspaces of a [`Store`] used. Models are in [`Store::model_calls`].
#[derive(Clone, Copy, Debug)]
pub struct Usage<'a> {
    pub(crate) store: &'a Store,
}

impl Usage<'_> {
    /// Adds to today.
    pub async fn add(self, workspace_id: &str, used: Used) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        add(&mut tx, workspace_id, self.store.now_ms(), used).await?;
        Ok(tx.commit().await?)
    }

    /// What a workspace used from the day `since` on, by day; days without use are left out.
    pub async fn days(self, workspace_id: &str, since: i64) -> Result<Vec<UsageDay>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM usage_days WHERE workspace_id = $1 AND day >= $2 ORDER BY day",
        )
        .bind(workspace_id.to_owned())
        .bind(since)
        .fetch_all(self.store.read())
        .await?;
        let day = |found: &sqlx::any::AnyRow| -> Result<UsageDay, StoreError> {
            Ok(UsageDay {
                day: row::int(found, "day")?,
                used: Used {
                    desktop_seconds: row::int(found, "desktop_seconds")?,
                    actions: row::int(found, "actions")?,
                    runs: row::int(found, "runs")?,
                    runs_failed: row::int(found, "runs_failed")?,
                },
            })
        };
        found.iter().map(day).collect()
    }
}

/// Adds to the day of `now_ms` in the transaction of what was used. Everybody who writes for the workspace waits for its
/// row, so this comes last in a transaction.
pub(crate) async fn add(
    tx: &mut AnyConnection,
    workspace_id: &str,
    now_ms: i64,
    used: Used,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO usage_days (workspace_id, day, desktop_seconds, actions, runs, runs_failed) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, day) DO UPDATE SET \
         desktop_seconds = usage_days.desktop_seconds + excluded.desktop_seconds, \
         actions = usage_days.actions + excluded.actions, runs = usage_days.runs + excluded.runs, \
         runs_failed = usage_days.runs_failed + excluded.runs_failed",
    )
    .bind(workspace_id.to_owned())
    .bind(now_ms.div_euclid(DAY_MS))
    .bind(used.desktop_seconds)
    .bind(used.actions)
    .bind(used.runs)
    .bind(used.runs_failed)
    .execute(tx)
    .await?;
    Ok(())
}
