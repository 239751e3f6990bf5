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
