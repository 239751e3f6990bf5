-- Every answered model call, for budgets and for what was spent on what. Times are Unix milliseconds. cost_usd is NULL
-- where the model's price was not known. It outlives its run and desktop, so neither is a foreign key.
CREATE TABLE model_calls (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    at_ms BIGINT NOT NULL,
    model TEXT NOT NULL,
    run_id TEXT,
    desktop_id TEXT,
    input_tokens BIGINT NOT NULL,
    cached_input_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost_usd DOUBLE PRECISION,
    latency_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL
);
CREATE INDEX model_calls_workspace ON model_calls (workspace_id, at_ms);
CREATE INDEX model_calls_at ON model_calls (at_ms);
