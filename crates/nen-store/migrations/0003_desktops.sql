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
