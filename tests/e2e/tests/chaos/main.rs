//! `kill -9` of the server, or of a worker apart from it, at the moments where a run or a webhook could be lost.
//! `NEN_CHAOS_ROUNDS` says how often each moment is tried: `NEN_CHAOS_ROUNDS=20 cargo test --release --workspace
//! --test chaos`. And at random moments under load (`crash.rs`, `power.rs`), for `NEN_CRASH_SECONDS`; `NEN_CRASH_SEED`
//! repeats the moments and what is done. Where `NEN_TEST_POSTGRES` names a PostgreSQL the servers are on it, else on SQLite.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod aftermath;
mod apart;
mod crash;
mod load;
mod moments;
mod power;
mod scene;
