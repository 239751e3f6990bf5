//! The live view: links with tokens, the connected viewers, and the proxy between a browser and a desktop's screen.

pub(crate) mod access;
pub(crate) mod connected;
pub(crate) mod proxy;
pub mod token;
