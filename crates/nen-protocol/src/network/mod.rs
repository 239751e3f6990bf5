//! What a desktop may reach, who decides about it, and what happens when it tries something else.

mod allow_list;
mod closed;
mod denied;
mod entry;
mod policy;

pub use allow_list::{AllowList, Ports};
pub use closed::{CLOSED, is_closed};
pub use denied::{Denied, DeniedReason};
pub use entry::{AllowEntry, Target};
pub use policy::{NetworkPolicy, SetWorkspaceNetwork, WorkspaceNetwork};

/// The name by which a sandbox reaches exposed ports of its host.
pub const HOST_NAME: &str = "host.nen";
