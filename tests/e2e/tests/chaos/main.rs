//! `kill -9` of the server, or of a worker apart from it, at the moments where a run or a webhook could be lost.
//! `NEN_CHAOS_ROUNDS` says how often each moment is tried: `NEN_CHAOS_ROUNDS=20 cargo test --release -p nen-e2e --test
//! chaos`. Where `NEN_TEST_POSTGRES` names a PostgreSQL the servers are on it, else on SQLite.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod aftermath;
mod apart;
mod moments;
mod scene;
