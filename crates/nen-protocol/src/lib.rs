//! Wire types of both surfaces: actions, tool schemas, requests, replies, workflows and runs.
//!
//! Nothing here does I/O and nothing is async: the server, the controller inside a desktop, the
//! command line and the tests read and write the same bytes through the same types. Wire facts come
//! from the public Nen documentation; where that is silent, `docs/API-DESIGN.md` says what we chose.

pub mod action;
pub mod body;
pub mod desktop;
pub mod dialect;
pub mod execute;
pub mod files;
pub mod folder;
pub mod geometry;
pub mod image;
pub mod keys;
pub mod network;
pub mod phases;
pub mod replay;
pub mod scale;
pub mod segment;
pub mod session;
pub mod tool_log;
pub mod tools;
pub mod tracing;
pub mod workflow;

mod invalid;
mod params;

pub use action::Action;
pub use geometry::{Point, Region, Size};
pub use invalid::{ErrorBody, Invalid};
