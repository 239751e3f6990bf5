//! Files that are written once and never changed: pictures of what was done, and what runs leave behind. They are in a
//! folder of this machine, or in an object store that several machines share: S3 and what speaks like it, Google Cloud
//! Storage, Azure.
//!
//! Names are paths such as `runs/5f/assets.zip`. In a folder they are the paths of its files.

mod error;
mod folder;
mod objects;
mod opened;
mod place;
mod upload;

pub use error::ObjectsError;
pub use objects::{Content, Found, Objects};
pub use place::Place;
