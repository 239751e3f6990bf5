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
