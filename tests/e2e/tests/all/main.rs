//! The end-to-end tests, one module for each topic. One program, so that they share the machine sensibly:
//! `cargo test --release --workspace --test all typing::` runs one topic.

// What this machine cannot show is told on standard error.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod acme;
mod actions_keyboard;
mod actions_look;
mod actions_mouse;
mod backup;
mod bad_input;
mod batch;
mod cli;
mod concurrency;
mod configuration;
mod demo;
mod desktop_api;
mod dialects;
mod egress;
mod files;
mod filesystem;
mod hostile;
mod isolation;
mod lifecycle;
mod live_view;
mod metrics;
mod objects;
mod replay;
mod seed_loop;
mod settle;
mod tools;
mod traces;
mod typing;
mod vectors;
mod viewer;
mod warm_pool;
mod workflows_agent;
mod workflows_budget;
mod workflows_examples;
mod workflows_local;
mod workflows_models;
mod workflows_network;
mod workflows_records;
mod workflows_runs;
