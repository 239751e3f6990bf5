use crate::{MODEL_CALLS_KEPT_MS, Store, StoreError, nul::without_nul, row};

/// A model call that was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct NewModelCall {
    /// Who pays.
    pub workspace_id: String,
    /// Name of the model as it was asked for.
    pub model: String,
    /// The run it was made for; none for calls over HTTP.
    pub run_id: Option<String>,
    /// The desktop it looked at.
    pub desktop_id: Option<String>,
    /// What was read and written.
    pub tokens: ModelTokens,
    /// US dollars; none when the price is not known.
    pub cost_usd: Option<f64>,
    /// Milliseconds until the answer was there, with all attempts.
    pub latency_ms: i64,
    /// Times the provider was asked.
    pub attempts: i64,
}

/// Tokens by what they cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelTokens {
    /// Read afresh.
    pub input: i64,
    /// Read from the provider's cache.
    pub cached_input: i64,
    /// Written into it.
    pub cache_write: i64,
    /// Written by the model.
    pub output: i64,
}

/// What one model was used for on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelDay {
    /// Days since 1 January 1970, UTC.
    pub day: i64,
    /// The model.
    pub model: String,
    /// Calls.
    pub calls: i64,
    /// Tokens of all of them.
    pub tokens: ModelTokens,
    /// US dollars of the calls whose price was known; none when no price was.
    pub cost_usd: Option<f64>,
}

/// The model calls of a [`Store`].
#[derive(Clone, Copy, Debug)]
pub struct ModelCalls<'a> {
    pub(crate) store: &'a Store,
}

impl ModelCalls<'_> {
    /// Writes a call down, as of now.
    pub async fn add(self, call: &NewModelCall) -> Result<(), StoreError> {
        let mut tx = self.store.write().await?;
        sqlx::query(
            "INSERT INTO model_calls (workspace_id, at_ms, model, run_id, desktop_id, input_tokens, \
             cached_input_tokens, cache_write_tokens, output_tokens, cost_usd, latency_ms, attempts) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(call.workspace_id.clone())
        .bind(self.store.now_ms())
        .bind(without_nul(&call.model))
        .bind(call.run_id.clone())
        .bind(call.desktop_id.clone())
        .bind(call.tokens.input)
        .bind(call.tokens.cached_input)
        .bind(call.tokens.cache_write)
        .bind(call.tokens.output)
        .bind(call.cost_usd)
        .bind(call.latency_ms)
        .bind(call.attempts)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// US dollars that a workspace has spent since a time in Unix milliseconds.
    pub async fn spent(self, workspace_id: &str, since_ms: i64) -> Result<f64, StoreError> {
        let found = sqlx::query(
            "SELECT COALESCE(SUM(cost_usd), 0.0) AS spent FROM model_calls \
             WHERE workspace_id = $1 AND at_ms >= $2",
        )
        .bind(workspace_id.to_owned())
        .bind(since_ms)
        .fetch_one(self.store.read())
        .await?;
        row::float(&found, "spent")
    }

    /// What a workspace used from one time up to, and without, another, both in Unix milliseconds: by day, then model.
    pub async fn days(
        self,
        workspace_id: &str,
        since_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<ModelDay>, StoreError> {
        // A day has 86400000 ms, and both databases divide whole numbers without a rest. PostgreSQL sums them up as NUMERIC.
        let found = sqlx::query(
            "SELECT at_ms / 86400000 AS day, model, COUNT(*) AS calls, \
             CAST(SUM(input_tokens) AS BIGINT) AS input_tokens, \
             CAST(SUM(cached_input_tokens) AS BIGINT) AS cached_input_tokens, \
             CAST(SUM(cache_write_tokens) AS BIGINT) AS cache_write_tokens, \
             CAST(SUM(output_tokens) AS BIGINT) AS output_tokens, \
             COUNT(cost_usd) AS priced, COALESCE(SUM(cost_usd), 0.0) AS cost_usd \
             FROM model_calls WHERE workspace_id = $1 AND at_ms >= $2 AND at_ms < $3 \
             GROUP BY at_ms / 86400000, model ORDER BY day, model",
        )
        .bind(workspace_id.to_owned())
        .bind(since_ms)
        .bind(until_ms)
        .fetch_all(self.store.read())
        .await?;
        let day = |found: &sqlx::any::AnyRow| -> Result<ModelDay, StoreError> {
            let priced = row::int(found, "priced")? > 0;
            Ok(ModelDay {
                day: row::int(found, "day")?,
                model: row::text(found, "model")?,
                calls: row::int(found, "calls")?,
                tokens: ModelTokens {
                    input: row::int(found, "input_tokens")?,
                    cached_input: row::int(found, "cached_input_tokens")?,
                    cache_write: row::int(found, "cache_write_tokens")?,
                    output: row::int(found, "output_tokens")?,
                },
                cost_usd: match priced {
                    true => Some(row::float(found, "cost_usd")?),
                    false => None,
                },
            })
        };
        found.iter().map(day).collect()
    }

    /// Forgets calls that nobody can ask about any more; gives how many.
    pub(crate) async fn forget_old(self) -> Result<u64, StoreError> {
        let mut tx = self.store.write().await?;
        let done = sqlx::query("DELETE FROM model_calls WHERE at_ms < $1")
            .bind(self.store.now_ms() - MODEL_CALLS_KEPT_MS)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}
