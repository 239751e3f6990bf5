//! The HTTP surface, called as clients call it: a real store, a real fleet, and a driver whose desktops are small servers
//! that speak the controller's protocol.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod app;
mod audit;
mod auth;
mod bad_input;
mod bad_workflow_input;
mod browsers;
mod desktops;
mod door;
mod events;
mod execute;
mod fake_controller;
mod fake_driver;
mod files;
mod filesystem;
mod gate;
mod health;
mod idempotency;
mod keys;
mod mcp;
mod metrics;
mod openapi;
mod pages;
mod replay;
mod request_id;
mod run_assets;
mod run_desktops;
mod run_logs;
mod run_webhooks;
mod runs;
mod screenshot;
mod session;
mod settings;
mod sign_in;
mod signatures;
mod viewer;
mod workflows;
