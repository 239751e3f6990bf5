//! What happens to a desktop, as a stream.

use serde::Serialize;
use tokio::sync::broadcast;

/// Words for [`Event::kind`]. The controller inside a desktop adds its own (`app.started`, …).
pub mod kind {
    /// The desktop answers tool calls for the first time.
    pub const CREATED: &str = "desktop.created";
    /// It was renamed; `name`.
    pub const RENAMED: &str = "desktop.renamed";
    /// It was paused; `by` is `call`, `idle` or `stop`.
    pub const PAUSED: &str = "desktop.paused";
    /// It runs again; `cold` says whether its programs were started anew.
    pub const RESUMED: &str = "desktop.resumed";
    /// It ended unexpectedly; `error`.
    pub const FAILED: &str = "desktop.error";
    /// It is gone; `by` is `call`, `idle` or `timeout`. The last event of a desktop.
    pub const DELETED: &str = "desktop.deleted";
    /// A person took control; `by` is who, as the tool log names them.
    pub const TAKEN: &str = "control.taken";
    /// A person handed control back; `by`.
    pub const RETURNED: &str = "control.returned";
    /// It tried to reach what its network policy does not allow; [`nen_protocol::network::Denied`].
    pub const DENIED: &str = "network.denied";
    /// An agent's action ended; published by the server with the tool-log entry.
    pub const ACTION: &str = "action";
    /// The picture of the screen after an action is there; `entry` is its tool-log entry.
    pub const PICTURE: &str = "picture";
}

/// One thing that happened to a desktop.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Counts up from 1 for each desktop within one life of the server.
    pub id: u64,
    /// What happened, see [`kind`].
    pub kind: String,
    /// Unix seconds.
    pub at: f64,
    /// More about it; an object.
    pub data: serde_json::Value,
}

/// An [`Event`] of any desktop.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetEvent {
    /// The workspace of the desktop.
    pub workspace_id: String,
    /// The desktop.
    pub desktop_id: String,
    /// What happened.
    pub event: Event,
}

/// A desktop's events: the last few that were, and those to come.
#[derive(Debug)]
pub struct Subscription {
    /// Oldest first; none of them comes again in `live`.
    pub recent: Vec<Event>,
    /// What happens from now on. Closed when the desktop is deleted.
    pub live: broadcast::Receiver<Event>,
}
