-- Who did what. number is the order of entries. Nothing changes them; workspace_id is NULL for what was tried in the name
-- of no workspace. No reference to workspaces or keys: entries outlive both.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    workspace_id TEXT,
    actor TEXT NOT NULL,
    key_id TEXT,
    address TEXT,
    action TEXT NOT NULL,
    object TEXT,
    request_id TEXT,
    detail TEXT NOT NULL
);
CREATE INDEX audit_number ON audit (number);
CREATE INDEX audit_workspace ON audit (workspace_id, number);
-- The request that started a run: its id, and the trace it is a part of, as the header traceparent says it.
ALTER TABLE runs ADD COLUMN request_id TEXT;
ALTER TABLE runs ADD COLUMN traceparent TEXT;
