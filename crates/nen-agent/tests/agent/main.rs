//! The agent over real HTTP: every dialect against a server that checks requests as the providers do, and
//! a screen that writes down what was done on it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod budget;
mod cancelling;
mod desk;
mod dialects;
mod extracting;
mod growth;
mod misreading;
mod observing;
mod providers;
mod scaled;
mod setting;
mod verifying;
