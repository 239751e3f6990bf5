//! The routes, one file per resource. They are put together in [`crate::router`].

pub(crate) mod agent;
pub(crate) mod all_events;
pub(crate) mod assets;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod auth_links;
pub(crate) mod calls;
pub(crate) mod desktop_replay;
pub(crate) mod desktops;
pub(crate) mod docs;
pub(crate) mod events;
pub(crate) mod execute;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod files;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod fs;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod fs_content;
pub(crate) mod health;
pub(crate) mod health_live;
pub(crate) mod health_ready;
pub(crate) mod keys;
pub(crate) mod mcp;
pub(crate) mod metrics;
pub(crate) mod model_budget;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod model_use;
pub(crate) mod models;
pub(crate) mod network;
pub(crate) mod pause;
pub(crate) mod replay_query;
pub(crate) mod resume;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod run_assets;
pub(crate) mod run_cancel;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod run_logs;
pub(crate) mod run_replay;
pub(crate) mod run_screenshots;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod run_steps;
pub(crate) mod run_webhooks;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod runs;
pub(crate) mod screenshot;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod tool_log_screenshot;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod tool_logs;
pub(crate) mod tools;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod usage;
pub(crate) mod view;
pub(crate) mod view_events;
pub(crate) mod view_state;
pub(crate) mod view_takeover;
pub(crate) mod workflow_versions;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod workflows;
