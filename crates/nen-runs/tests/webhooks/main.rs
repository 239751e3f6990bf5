//! Webhooks from a store to a receiver on loopback that writes down what came.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod failing;
mod order;
mod owner;
mod receiver;
mod refused;
mod sharing;
mod signed;
mod stopping;
