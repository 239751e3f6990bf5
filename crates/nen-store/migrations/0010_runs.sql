-- Times are Unix milliseconds. secrets is sealed, and NULL once the run has ended. number is the order of acceptance.
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    workflow_version BIGINT NOT NULL,
    status TEXT NOT NULL,
    params TEXT NOT NULL,
    secrets TEXT,
    options TEXT NOT NULL,
    webhook_callback TEXT,
    concurrency_key TEXT,
    actor TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    worker TEXT,
    lease_until_ms BIGINT,
    queued_until_ms BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL,
    desktop_id TEXT,
    touched BIGINT NOT NULL,
    steps BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost_usd DOUBLE PRECISION NOT NULL,
    result TEXT,
    error TEXT,
    error_type TEXT,
    assets_bytes BIGINT,
    created_ms BIGINT NOT NULL,
    started_ms BIGINT,
    finished_ms BIGINT
);
CREATE INDEX runs_waiting ON runs (status, number);
CREATE INDEX runs_workspace ON runs (workspace_id, number);
CREATE INDEX runs_key ON runs (workspace_id, concurrency_key, status);
CREATE TABLE run_logs (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    stream TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
);
CREATE TABLE run_steps (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    step TEXT NOT NULL,
    PRIMARY KEY (run_id, number)
);
