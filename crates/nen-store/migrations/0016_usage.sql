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
