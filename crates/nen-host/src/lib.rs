//! Processes of this machine, for whoever puts hostile programs into a sandbox: a handle that cannot come to mean another
//! process, and limits on what all processes of a sandbox may take together.

mod limits;
mod process;

pub use limits::{Group, Limits, Mode, Trees};
pub use process::{Exit, Process, ProcessId, children, in_namespace_of, threads_of};
