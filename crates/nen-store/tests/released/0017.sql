-- A database with schema 0017: its tables as they were made then, and something in each.
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
-- deleted_at keeps the name of a deleted workflow for its runs.
CREATE TABLE workflows (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX workflows_workspace ON workflows (workspace_id, name);
CREATE TABLE workflow_versions (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    files TEXT NOT NULL,
    params_schema TEXT NOT NULL,
    result_schema TEXT NOT NULL,
    secure_schema TEXT,
    rolled_back_to BIGINT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workflow_id, version)
);
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
-- 'internet' or 'none'. What was published before workflows could declare a network declared none.
ALTER TABLE workflow_versions ADD COLUMN network TEXT NOT NULL DEFAULT 'none';
-- A browser that was signed in with a key, or a link that signs one in, once. Of their secrets only SHA-256 is kept.
CREATE TABLE sign_ins (
    secret_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_expires ON sign_ins (expires_at);
-- The picture of the screen after an action: the name of its file in the desktop's history, NULL when none was taken.
ALTER TABLE tool_log ADD COLUMN picture TEXT;
-- What a workspace used on a day (days since 1 January 1970, UTC), where nothing else is kept long enough to count it
-- later. One row a day: never forgotten.
CREATE TABLE usage_days (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    day BIGINT NOT NULL,
    desktop_seconds BIGINT NOT NULL,
    actions BIGINT NOT NULL,
    runs BIGINT NOT NULL,
    runs_failed BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day)
);
-- Who holds the desktop: as in the tool log, the name of a key or 'human'. NULL while nobody does.
ALTER TABLE sessions ADD COLUMN held_by TEXT;
INSERT INTO workspaces (id, name, created_at) VALUES ('ws_default', 'Default', 1750000000);
INSERT INTO workspaces (id, name, created_at) VALUES ('ws_other', 'Büro 你好', 1750000001);
INSERT INTO api_keys (id, workspace_id, name, prefix, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at) VALUES ('key_first', 'ws_default', 'first key', 'sk_nen_Abcd', '78a7a52cc522df2976ecbc44b771dc029887e3599f756b3b78205ee859467580', 'admin', 1750000000, NULL, NULL, 1750000100);
INSERT INTO api_keys (id, workspace_id, name, prefix, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at) VALUES ('key_gone', 'ws_other', 'it''s gone', 'sk_nen_Efgh', '066f7e72d9fb30a60d9925e06695d74d50d2134428f73fa28b22cba85d1b52bc', 'desktops:read desktops:write', 1750000000, 1900000000, 1750000200, NULL);
INSERT INTO desktops (id, name, status, error, spec, metadata, last_log_seq, expires_at, deleted_at, workspace_id, desktop_type, display_width, display_height, driver, driver_state, created_at, updated_at, last_active_at, provisioning) VALUES ('dsk_running', 'Büro', 'running', NULL, '{"tools":["computer","bash"]}', '{"team":"ops \"1\""}', 2, 1900000000, NULL, 'ws_default', 'sandbox', 1280, 800, 'local', 'null', 1750000010, 1750000020, 1750000030, 'warm');
INSERT INTO desktops (id, name, status, error, spec, metadata, last_log_seq, expires_at, deleted_at, workspace_id, desktop_type, display_width, display_height, driver, driver_state, created_at, updated_at, last_active_at, provisioning) VALUES ('dsk_error', NULL, 'error', 'the X server died', '{}', '{}', 0, NULL, NULL, 'ws_default', 'sandbox', 1280, 800, 'local', 'null', 1750000010, 1750000020, 1750000030, 'cold');
INSERT INTO tool_log (seq, action, params, status, output, error, coordinate, changed, desktop_id, tool, started_at, duration_ms, actor, picture) VALUES (1, 'left_click', '{"coordinate":[10,20]}', 'ok', 'left click at (10, 20)', NULL, '[10,20]', 1, 'dsk_running', 'computer', 1750000020.25, 12.5, 'first key', '1.png');
INSERT INTO tool_log (seq, action, params, status, output, error, coordinate, changed, desktop_id, tool, started_at, duration_ms, actor, picture) VALUES (2, 'type', '{"text":"[5 characters]"}', 'error', NULL, 'it isn''t there', NULL, NULL, 'dsk_running', 'computer', 1750000020.25, 12.5, 'first key', NULL);
INSERT INTO sessions (desktop_id, session_id, active, interactive, takeover, token_hash, created_at, updated_at, expires_at, held_by) VALUES ('dsk_running', 'ses_1', 1, 1, 1, NULL, 1750000040, 1750000041, 1900000000, 'human');
INSERT INTO idempotency (workspace_id, route, idempotency_key, request_hash, owner, locked_until, status, body, created_at) VALUES ('ws_default', 'POST /desktops', 'order 7', 'abc', 'own_1', 0, 201, '{"id":"dsk_running"}', 1750000010);
INSERT INTO settings (scope, name, value, updated_at) VALUES ('', 'server_name', 'one', 1750000000);
INSERT INTO settings (scope, name, value, updated_at) VALUES ('ws_default', 'webhook_secret', 'sealed', 1750000000);
INSERT INTO workflows (id, workspace_id, name, version, created_at, updated_at, deleted_at) VALUES ('wf_invoices', 'ws_default', 'invoices', 2, 1750000050, 1750000060, NULL);
INSERT INTO workflow_versions (version, files, secure_schema, rolled_back_to, workflow_id, params_schema, result_schema, created_by, created_at, network) VALUES (1, '[{"content":"1","filename":"workflow.py"}]', NULL, NULL, 'wf_invoices', '{"type":"object"}', '{"title":"Result","type":"object"}', 'first key', 1750000050, 'none');
INSERT INTO workflow_versions (version, files, secure_schema, rolled_back_to, workflow_id, params_schema, result_schema, created_by, created_at, network) VALUES (2, '[{"content":"2","filename":"workflow.py"}]', '{"type":"object"}', 1, 'wf_invoices', '{"type":"object"}', '{"title":"Result","type":"object"}', 'first key', 1750000050, 'internet');
INSERT INTO runs (id, number, status, params, secrets, concurrency_key, attempt, worker, lease_until_ms, desktop_id, touched, steps, result, error, error_type, assets_bytes, created_ms, started_ms, finished_ms, workspace_id, workflow_id, workflow_version, options, webhook_callback, actor, queued_until_ms, cancel_requested, input_tokens, output_tokens, cost_usd) VALUES ('run_waiting', 1, 'queued', '{"note":"a 😀"}', 'sealed', 'invoices', 0, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, 1750000070000, NULL, NULL, 'ws_default', 'wf_invoices', 1, '{"timeout_seconds":60}', 'https://example.com/hook', 'ci 你好', 1900000000000, 0, 100, 20, 0.125);
INSERT INTO runs (id, number, status, params, secrets, concurrency_key, attempt, worker, lease_until_ms, desktop_id, touched, steps, result, error, error_type, assets_bytes, created_ms, started_ms, finished_ms, workspace_id, workflow_id, workflow_version, options, webhook_callback, actor, queued_until_ms, cancel_requested, input_tokens, output_tokens, cost_usd) VALUES ('run_done', 2, 'completed', '{}', NULL, NULL, 1, 'wrk_1', NULL, 'dsk_gone', 1, 1, '{"value":42}', NULL, NULL, 2048, 1750000070000, 1750000071000, 1750000072000, 'ws_default', 'wf_invoices', 1, '{"timeout_seconds":60}', 'https://example.com/hook', 'ci 你好', 1900000000000, 0, 100, 20, 0.125);
INSERT INTO run_logs (run_id, seq, at_ms, stream, text) VALUES ('run_done', 1, 1750000071500, 'stdout', 'it''s done, Büro');
INSERT INTO run_steps (run_id, number, step) VALUES ('run_done', 1, '{"call":"left_click","number":1}');
INSERT INTO webhooks (id, run_id, workspace_id, position, status, url, body, delivery, retries, next_ms, locked_until_ms, created_ms) VALUES ('msg_1', 'run_done', 'ws_default', 1, 'success', 'https://example.com/hook', '{"success":true}', 'pending', 1, 1750000080000, 0, 1750000072000);
INSERT INTO webhook_attempts (webhook_id, number, at_ms, duration_ms, status_code, error) VALUES ('msg_1', 1, 1750000073000, 31.5, 503, NULL);
INSERT INTO model_calls (workspace_id, at_ms, model, run_id, desktop_id, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, cost_usd, latency_ms, attempts) VALUES ('ws_default', 1750000071200, 'claude-x', 'run_done', NULL, 100, 10, 5, 20, 0.125, 900, 1);
INSERT INTO model_calls (workspace_id, at_ms, model, run_id, desktop_id, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, cost_usd, latency_ms, attempts) VALUES ('ws_default', 1750000071300, 'own@local', NULL, 'dsk_running', 7, 0, 0, 1, NULL, 80, 2);
INSERT INTO sign_ins (secret_hash, kind, key_id, created_at, expires_at) VALUES ('d4c3e8a11256ab82a4fc72560eb4a2b0e87bad820c290dd9b03616de240aa6db', 'browser', 'key_first', 1750000000, 1900000000);
INSERT INTO usage_days (workspace_id, day, desktop_seconds, actions, runs, runs_failed) VALUES ('ws_default', 20254, 3600, 12, 2, 1);
