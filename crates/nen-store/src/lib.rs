//! The database of Nen: SQLite or PostgreSQL behind one set of queries.
//!
//! Open a [`Store`] once and clone it freely. Every table has its own handle:
//! [`Store::workspaces`], [`Store::keys`], [`Store::desktops`], [`Store::tool_log`],
//! [`Store::sessions`], [`Store::idempotency`], [`Store::settings`], [`Store::workflows`],
//! [`Store::runs`], [`Store::run_records`], [`Store::webhooks`], [`Store::model_calls`],
//! [`Store::sign_ins`], [`Store::usage`], [`Store::audit`].
//!
//! A write that returned `Ok` is on disk. Times are Unix seconds; names that end in `_ms` hold
//! milliseconds.

mod answer;
mod audit;
mod clock;
mod connect;
mod desktop_row;
mod desktops;
mod error;
mod idempotency;
mod inspect;
mod keys;
mod migrations;
mod model_calls;
mod network;
mod nul;
mod old_runs;
mod password;
mod row;
mod run_records;
mod run_row;
mod runs;
mod scope;
mod secret;
mod sessions;
mod settings;
mod sign_ins;
mod store;
mod tool_log;
mod usage;
mod webhook_row;
mod webhooks;
mod workflows;
mod workspaces;

pub use answer::Answer;
pub use audit::{Audit, AuditFilter, AuditRow, Deed, Doer};
pub use clock::Clock;
pub use desktop_row::{DesktopRow, DesktopStatus, Provisioning};
pub use desktops::{DesktopChange, DesktopLimits, Desktops, Insert, NewDesktop};
pub use error::StoreError;
pub use idempotency::{Begin, IdempotencyKey, IdempotencyTable, Ticket};
pub use inspect::{Inspection, copy_sqlite, inspect, kept_desktops, newest_schema, sqlite_path};
pub use keys::{ApiKey, Keys, NewKey};
pub use model_calls::{ModelCalls, ModelDay, ModelTokens, NewModelCall};
pub use password::without_password;
pub use run_records::{LogRow as RunLogRow, RunRecords, StepRow};
pub use run_row::{NewRun, RunEnd, RunRow};
pub use runs::{Cancel, RunFilter, RunUse, Runs};
pub use scope::{Scope, UnknownScope};
pub use secret::{random_base62, random_id, sha256_hex};
pub use sessions::{PutSession, SessionRow, Sessions};
pub use settings::Settings;
pub use sign_ins::{NewSignIn, SignInKind, SignIns, SignedIn};
pub use store::{Backend, Connections, Forgotten, Store};
pub use tool_log::{LogEntry, LogRow, ToolLog};
pub use usage::{Usage, UsageDay, Used};
pub use webhook_row::{AttemptRow, NewWebhook, WebhookRow};
pub use webhooks::{Attempt, Outcome, Owed, Webhooks};
pub use workflows::{NewVersion, VersionRow, WorkflowRow, Workflows};
pub use workspaces::{DEFAULT_WORKSPACE, Workspace, Workspaces};

/// A deleted desktop stays visible this long, in seconds; then it and its tool log are forgotten.
pub const DELETED_RETENTION_SECONDS: i64 = 24 * 60 * 60;
/// An answer is kept for its idempotency key this long, in seconds.
pub const IDEMPOTENCY_SECONDS: i64 = 24 * 60 * 60;
/// A model call is kept this long, in milliseconds: more than a year, so that months can be compared.
pub const MODEL_CALLS_KEPT_MS: i64 = 400 * 24 * 60 * 60 * 1000;
/// Newest tool-log entries kept per desktop.
pub const TOOL_LOG_KEPT: i64 = 10_000;
