//! `kill -9` of the server at the moments where a run or a webhook could be lost. `NEN_CHAOS_ROUNDS` says how often each
//! moment is tried: `NEN_CHAOS_ROUNDS=20 cargo test --release -p nen-e2e --test chaos`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod aftermath;
mod moments;
mod scene;
