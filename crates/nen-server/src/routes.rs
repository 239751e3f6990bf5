//! The routes, one file per resource. They are put together in [`crate::router`].

pub(crate) mod assets;
pub(crate) mod desktops;
pub(crate) mod docs;
pub(crate) mod events;
pub(crate) mod execute;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod keys;
pub(crate) mod pause;
pub(crate) mod resume;
pub(crate) mod screenshot;
pub(crate) mod session;
#[expect(unused_qualifications, reason = "in code made by utoipa")]
pub(crate) mod tool_logs;
pub(crate) mod tools;
pub(crate) mod view;
pub(crate) mod view_events;
pub(crate) mod view_state;
pub(crate) mod view_takeover;
