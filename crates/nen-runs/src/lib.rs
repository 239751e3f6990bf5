//! Managed workflows: bundles and their versions, the queue, the sandbox that a run's Python is in, secrets, webhooks.

mod accept;
mod bundle;
mod config;
mod describe;
mod desktops;
mod error;
mod link;
mod log;
mod metrics;
mod model_budget;
mod network;
mod options;
mod payload;
mod rpc;
mod sandbox;
mod schema;
mod seal;
mod seat;
mod secrets;
mod service;
mod steps;
mod trace;
pub mod webhooks;
mod worker;
mod workflows;

pub use config::{RunsConfig, SandboxLimits};
pub use desktops::{
    DesktopError, DesktopErrorKind, DesktopFile, DesktopFolder, DesktopInfo, DesktopResult,
    Desktops, RUN_LABEL, RunDesktop, reply_of_batch,
};
pub use error::RunsError;
pub use metrics::WebhookMetrics;
pub use model_budget::WorkspaceLedger;
pub use rpc::execute_metadata;
pub use seal::SecretKey;
pub use seat::screen_error;
pub use secrets::{OVERLAP_SECONDS, Purpose, WorkspaceSecrets};
pub use service::Runs;
