use crate::runs::Runs;
use crate::{StoreError, row};

/// What may be forgotten: nobody waits for its webhook any more.
const OWES_NOTHING: &str = "NOT EXISTS \
    (SELECT 1 FROM webhooks h WHERE h.run_id = runs.id AND h.delivery = 'pending')";

/// Runs whose time is over. What is kept of them elsewhere has to go first: without its row nobody knows of it.
impl Runs<'_> {
    /// Ids of some that ended before this time, Unix milliseconds, and owe no webhook; the oldest first, after so many.
    pub async fn ended_before(
        self,
        finished_ms: i64,
        most: u32,
        after: u32,
    ) -> Result<Vec<String>, StoreError> {
        let found = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT id FROM runs WHERE finished_ms < $1 AND {OWES_NOTHING} ORDER BY finished_ms, number LIMIT $2 OFFSET $3"
        )))
        .bind(finished_ms)
        .bind(i64::from(most))
        .bind(i64::from(after))
        .fetch_all(self.store.read())
        .await?;
        found.iter().map(|found| row::text(found, "id")).collect()
    }

    /// Removes an ended run with all that belongs to it. One that owes a webhook again by now stays.
    pub async fn forget(self, id: &str) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "DELETE FROM runs WHERE id = $1 AND finished_ms IS NOT NULL AND {OWES_NOTHING}"
        )))
        .bind(id)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }
}
