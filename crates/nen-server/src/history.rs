//! The pictures of what was done on desktops: after each request that acts, the screen is looked at behind the caller's
//! back, and the picture is kept for the tool log and for replays.
//!
//! Nothing waits for it. A picture costs little: it is the one that most callers ask for themselves, which the
//! controller then has ready, and a screen that has not changed is not stored again.

mod album;
mod keeper;
mod photographer;

pub use keeper::History;
pub(crate) use keeper::path;
