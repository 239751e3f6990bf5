//! Managed workflows: what is uploaded, how a run is started and seen, what its webhooks carry.
//!
//! Requests, runs and webhooks are written in `snake_case`; workflows and the answer to `POST /runs` in `camelCase`.
//! That is Nen's own wire, and stays.

mod agent;
mod error;
mod log;
mod network;
mod run;
mod settings;
mod start;
mod step;
mod upload;
mod webhook;

pub use agent::{AgentAnswer, AgentExecute, AgentExtract, AgentVerify};
pub use error::{ErrorCode, WorkflowErrorBody};
pub use log::{LogRecord, LogStream};
pub use network::Network;
pub use run::{Run, RunList, RunStatus};
pub use settings::{
    ModelBudget, ModelUse, ModelUseDay, NewSecret, SecretHint, SetModelBudget, WorkspaceSettings,
};
pub use start::{
    DEFAULT_QUEUE_TIMEOUT_SECONDS, DEFAULT_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS, RunAccepted,
    StartRun,
};
pub use step::{ModelCall, Step, StepList, StepStatus, StepUsage};
pub use upload::{
    ENTRY, MAX_BYTES, MAX_FILES, Publish, Rollback, SourceFile, Upload, Workflow, WorkflowList,
    WorkflowVersion, WorkflowVersions,
};
pub use webhook::{
    Webhook, WebhookAttempt, WebhookDelivery, WebhookEnd, WebhookList, WebhookPayload,
    WebhookStatus,
};
