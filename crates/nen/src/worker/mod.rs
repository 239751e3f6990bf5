//! What `nen worker` puts together: the server's database and folder, its desktops over HTTP, and how they end.

mod desktop_api;
mod keys;
mod metrics;
mod remote_desktops;
#[cfg(test)]
mod stand_in;
mod start;

pub use start::{WorkerSettings, run};
