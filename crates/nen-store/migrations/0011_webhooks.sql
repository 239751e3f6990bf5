-- Times are Unix milliseconds. position is the order within a run: nothing is sent before what stands before it is
-- delivered or given up.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    workspace_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    status TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    delivery TEXT NOT NULL,
    retries BIGINT NOT NULL,
    next_ms BIGINT NOT NULL,
    locked_until_ms BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    UNIQUE (run_id, position)
);
CREATE INDEX webhooks_due ON webhooks (delivery, next_ms);
CREATE TABLE webhook_attempts (
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    duration_ms DOUBLE PRECISION NOT NULL,
    status_code BIGINT,
    error TEXT,
    PRIMARY KEY (webhook_id, number)
);
