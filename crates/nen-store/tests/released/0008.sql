-- A database with schema 0008: its tables as they were made then, and something in each.
-- Types are TEXT, BIGINT and DOUBLE PRECISION only, booleans are 0 and 1, times are Unix seconds:
-- the same file then runs on SQLite and on PostgreSQL.
CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_keys_workspace ON api_keys (workspace_id, created_at);
CREATE TABLE desktops (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    desktop_type TEXT NOT NULL,
    name TEXT,
    status TEXT NOT NULL,
    error TEXT,
    spec TEXT NOT NULL,
    display_width BIGINT NOT NULL,
    display_height BIGINT NOT NULL,
    metadata TEXT NOT NULL,
    driver TEXT NOT NULL,
    driver_state TEXT NOT NULL,
    last_log_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_active_at BIGINT NOT NULL,
    expires_at BIGINT,
    deleted_at BIGINT
);
CREATE INDEX desktops_workspace ON desktops (workspace_id, status, created_at);
CREATE INDEX desktops_deleted ON desktops (deleted_at);
-- seq counts up per desktop (desktops.last_log_seq) and is never used again after pruning.
CREATE TABLE tool_log (
    desktop_id TEXT NOT NULL REFERENCES desktops (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    tool TEXT NOT NULL,
    action TEXT NOT NULL,
    params TEXT NOT NULL,
    status TEXT NOT NULL,
    output TEXT,
    error TEXT,
    coordinate TEXT,
    changed BIGINT,
    started_at DOUBLE PRECISION NOT NULL,
    duration_ms DOUBLE PRECISION NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (desktop_id, seq)
);
CREATE TABLE sessions (
    desktop_id TEXT PRIMARY KEY REFERENCES desktops (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    active BIGINT NOT NULL,
    interactive BIGINT NOT NULL,
    takeover BIGINT NOT NULL,
    token_hash TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
-- status and body are NULL while the first request is still running.
CREATE TABLE idempotency (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    route TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    owner TEXT NOT NULL,
    locked_until BIGINT NOT NULL,
    status BIGINT,
    body TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, route, idempotency_key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
-- scope is a workspace id, or '' for the whole server.
CREATE TABLE settings (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (scope, name)
);
-- 'warm' or 'cold'. What was created before there was a warm pool was started for its creation.
ALTER TABLE desktops ADD COLUMN provisioning TEXT NOT NULL DEFAULT 'cold';
INSERT INTO workspaces (id, name, created_at) VALUES ('ws_default', 'Default', 1750000000);
INSERT INTO workspaces (id, name, created_at) VALUES ('ws_other', 'Büro 你好', 1750000001);
INSERT INTO api_keys (id, workspace_id, name, prefix, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at) VALUES ('key_first', 'ws_default', 'first key', 'sk_nen_Abcd', '78a7a52cc522df2976ecbc44b771dc029887e3599f756b3b78205ee859467580', 'admin', 1750000000, NULL, NULL, 1750000100);
INSERT INTO api_keys (id, workspace_id, name, prefix, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at) VALUES ('key_gone', 'ws_other', 'it''s gone', 'sk_nen_Efgh', '066f7e72d9fb30a60d9925e06695d74d50d2134428f73fa28b22cba85d1b52bc', 'desktops:read desktops:write', 1750000000, 1900000000, 1750000200, NULL);
INSERT INTO desktops (id, name, status, error, spec, metadata, last_log_seq, expires_at, deleted_at, workspace_id, desktop_type, display_width, display_height, driver, driver_state, created_at, updated_at, last_active_at, provisioning) VALUES ('dsk_running', 'Büro', 'running', NULL, '{"tools":["computer","bash"]}', '{"team":"ops \"1\""}', 2, 1900000000, NULL, 'ws_default', 'sandbox', 1280, 800, 'local', 'null', 1750000010, 1750000020, 1750000030, 'warm');
INSERT INTO desktops (id, name, status, error, spec, metadata, last_log_seq, expires_at, deleted_at, workspace_id, desktop_type, display_width, display_height, driver, driver_state, created_at, updated_at, last_active_at, provisioning) VALUES ('dsk_error', NULL, 'error', 'the X server died', '{}', '{}', 0, NULL, NULL, 'ws_default', 'sandbox', 1280, 800, 'local', 'null', 1750000010, 1750000020, 1750000030, 'cold');
INSERT INTO tool_log (seq, action, params, status, output, error, coordinate, changed, desktop_id, tool, started_at, duration_ms, actor) VALUES (1, 'left_click', '{"coordinate":[10,20]}', 'ok', 'left click at (10, 20)', NULL, '[10,20]', 1, 'dsk_running', 'computer', 1750000020.25, 12.5, 'first key');
INSERT INTO tool_log (seq, action, params, status, output, error, coordinate, changed, desktop_id, tool, started_at, duration_ms, actor) VALUES (2, 'type', '{"text":"[5 characters]"}', 'error', NULL, 'it isn''t there', NULL, NULL, 'dsk_running', 'computer', 1750000020.25, 12.5, 'first key');
INSERT INTO sessions (desktop_id, session_id, active, interactive, takeover, token_hash, created_at, updated_at, expires_at) VALUES ('dsk_running', 'ses_1', 1, 1, 1, NULL, 1750000040, 1750000041, 1900000000);
INSERT INTO idempotency (workspace_id, route, idempotency_key, request_hash, owner, locked_until, status, body, created_at) VALUES ('ws_default', 'POST /desktops', 'order 7', 'abc', 'own_1', 0, 201, '{"id":"dsk_running"}', 1750000010);
INSERT INTO settings (scope, name, value, updated_at) VALUES ('', 'server_name', 'one', 1750000000);
INSERT INTO settings (scope, name, value, updated_at) VALUES ('ws_default', 'webhook_secret', 'sealed', 1750000000);
