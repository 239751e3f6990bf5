//! The HTTP surface, called as clients call it: a real store, a real fleet, and a driver whose desktops are small servers
//! that speak the controller's protocol.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod app;
mod auth;
mod bad_input;
mod browsers;
mod desktops;
mod events;
mod execute;
mod fake_controller;
mod fake_driver;
mod files;
mod idempotency;
mod keys;
mod openapi;
mod pages;
mod screenshot;
mod session;
mod viewer;
