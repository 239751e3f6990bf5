//! What runs between a server and a sandbox: `nen sandbox SPEC`.
//!
//! A stage is one thread that makes namespaces and then becomes another program by `exec`, so that a sandbox is one
//! process tree and nothing of the server's memory is in it. What is to be prepared and which program it becomes stands in
//! a file, the [`Spec`]; it knows nothing of what the sandbox is for.
//!
//! Server and stage talk over a socket, the stage's standard input: [`run`] is the stage's side, [`Stage`] the server's. In a container made
//! by somebody else the stage stays, as its first process: [`run_contained`].

mod contained;
mod handshake;
mod inside;
mod spec;
mod talk;

pub use contained::{Descriptors, run as run_contained};
pub(crate) use inside::become_user;
pub use inside::{StageError, run};
pub use spec::{Argument, Spec};
pub(crate) use talk::doing;
pub use talk::{PATH, Stage, StageFailure, ahead, start};
