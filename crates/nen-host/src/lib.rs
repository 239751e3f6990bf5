//! For whoever puts hostile programs into a sandbox on this machine: a handle on processes that cannot come to mean
//! another one, limits on what all processes of a sandbox may take together, a filter of system calls, and a stage that
//! makes namespaces with a network that leads to public addresses only, before it becomes the sandbox.

pub mod disk;
pub mod durable;
mod limits;
mod lock;
pub mod network;
mod process;
mod program;
pub mod seccomp;
pub mod stage;

pub use limits::{Group, Limits, Mode, Trees, Usage};
pub use lock::Lock;
pub use process::{Exit, Process, ProcessId, children, threads_of, tree_of};
pub use program::{find, keep_copy};
