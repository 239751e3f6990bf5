//! One file per resource.

pub(crate) mod claim;
pub(crate) mod events;
pub(crate) mod execute;
pub(crate) mod files;
pub(crate) mod fs;
pub(crate) mod fs_content;
pub(crate) mod health;
pub(crate) mod launch;
pub(crate) mod rfb;
pub(crate) mod screenshot;
pub(crate) mod tools;
