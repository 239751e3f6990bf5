-- Types are TEXT, BIGINT and DOUBLE PRECISION only, booleans are 0 and 1, times are Unix seconds:
-- the same file then runs on SQLite and on PostgreSQL.
CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
