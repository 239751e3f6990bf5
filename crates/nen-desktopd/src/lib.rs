//! The controller inside a desktop: starts the X server, window manager and applications, and serves
//! tools, files and the live view on a Unix socket to the fleet outside.
//!
//! It runs as the desktop's own user beside the programs that an agent starts, so nobody outside
//! believes it more than that: its answers are data.

mod app_state;
mod apps;
mod config;
mod content;
mod drive;
mod events;
mod failure;
mod filesystem;
mod hands;
mod launch;
mod offer;
mod ready;
mod router;
mod routes;
mod run;
mod session;
mod unread;

pub use config::Config;
pub use launch::launch;
pub use run::{RunError, run};
