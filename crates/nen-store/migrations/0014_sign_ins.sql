-- A browser that was signed in with a key, or a link that signs one in, once. Of their secrets only SHA-256 is kept.
CREATE TABLE sign_ins (
    secret_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_expires ON sign_ins (expires_at);
