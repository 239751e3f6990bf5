//! What the end-to-end tests stand on: the real `nen serve`, an HTTP client that hides nothing, and programs of ours
//! inside a desktop that record what arrives there. A screenshot alone proves nothing about input.
//!
//! Every test starts its own server with its own data and makes its own desktops; dropping the server ends it all.

// Everything here runs in tests only, where a panic is the way to fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod api;
mod authority;
mod chromium;
mod cli;
mod collector;
mod database;
mod desktop;
mod desktop_events;
mod disk;
mod event;
mod image;
mod internet;
mod log_of_window;
mod model;
mod options;
mod processes;
mod program;
mod receiver;
mod reply;
mod rfb;
mod server;
mod site;
mod tls;
mod until;
mod window;
mod worker;
mod workflow;

pub use api::Api;
pub use authority::Authority;
pub use chromium::open_page;
pub use cli::{Cli, Output};
pub use collector::{CollectedSpan, Collector};
pub use database::Database;
pub use desktop::Desktop;
pub use desktop_events::DesktopEvents;
pub use disk::{Cut, Disk};
pub use event::{Button, Event, Key};
pub use image::Image;
pub use internet::{Internet, Leads};
pub use log_of_window::{Log, clicks, keys, texts};
pub use model::{Model, call, click, finish, turns};
pub use options::Options;
pub use processes::{Process, processes_with};
pub use program::{binary, repository};
pub use receiver::{Answer, Hook, Receiver, hmac_hex};
pub use reply::Reply;
pub use rfb::{Refused, Rfb};
pub use server::{Server, users_of_their_own};
pub use site::{Request, Site};
pub use tls::{Called, Caller};
pub use until::{until, until_within};
pub use window::{Paint, Window};
pub use worker::Worker;
pub use workflow::{HEAD, Workflow, example, final_state};
