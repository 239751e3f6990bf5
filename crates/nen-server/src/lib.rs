//! The HTTP surface of Nen: the Desktop API, managed workflows, the live view and their pages, one file per resource in
//! `routes/`.
//!
//! Make an [`AppState`], then [`serve`] it (or give [`router`] to something else). What every request passes on its way
//! in: the access log, security headers, JSON errors, the `Host` and `Origin` check, CORS, limits of time, the API key and
//! how often it may come.

mod access_log;
mod agent_screen;
mod assets;
mod audit_keeper;
mod auth;
mod base_url;
mod binary;
mod config;
mod control;
mod controller;
mod cors;
mod doer;
mod door;
mod download;
mod error;
mod execution;
mod extract;
mod failed_sign_ins;
mod fleet_error;
mod gate;
mod history;
mod idempotency;
mod inside_api;
mod json_errors;
mod live_view;
mod metrics;
mod openapi;
mod origin;
mod provider_dialect;
mod readiness;
mod replay;
mod request_id;
pub mod rfb_filter;
mod router;
mod routes;
mod run_desktops;
mod run_log;
mod runs_error;
mod security_headers;
mod serve;
mod session_view;
mod sign_in_link;
mod slow_body;
mod sse;
mod state;
mod stored;
mod surface;
mod time_limit;
mod to_its_end;
mod tool_log;
mod trace;
mod unanswered;
mod unread_body;
mod upload;
mod viewer;

pub use assets::assets_built;
pub use config::ServerConfig;
pub use door::{AcmeConfig, DoorConfig, TlsConfig, TlsError, TlsFiles};
pub use gate::GateConfig;
pub use history::History;
pub use metrics::{CONTENT_TYPE as METRICS_CONTENT_TYPE, metrics_text};
pub use openapi::openapi;
pub use router::router;
pub use run_desktops::FleetDesktops;
pub use serve::serve;
pub use sign_in_link::sign_in_link;
pub use state::{AppState, StateError};
pub use tool_log::ToolLogWriter;
#[cfg(fuzzing)]
pub use viewer::token;
